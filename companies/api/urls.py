from companies.api import views
from jobos.core.viewsets import LenientRouter

router = LenientRouter()
router.register("companies", views.CompanyViewSet, basename="company")
router.register("target-companies", views.TargetCompanyViewSet, basename="target-company")

urlpatterns = router.urls
