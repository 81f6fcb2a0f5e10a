from jobos.core.viewsets import LenientRouter

router = LenientRouter()

urlpatterns = router.urls
