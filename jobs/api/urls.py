from jobos.core.viewsets import LenientRouter
from jobs.api import views

router = LenientRouter()
router.register("jobs", views.JobViewSet, basename="job")
router.register("interviews", views.InterviewViewSet, basename="interview")

urlpatterns = router.urls
