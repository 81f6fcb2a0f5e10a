from jobos.core.viewsets import LenientRouter
from jobs.api import listing_views, views

router = LenientRouter()
router.register("jobs", views.JobViewSet, basename="job")
router.register("interviews", views.InterviewViewSet, basename="interview")
# Before the listings, or "duplicates" would be taken for an id.
router.register("listings/duplicates", listing_views.DuplicateViewSet, basename="duplicate")
router.register("listings", listing_views.ListingViewSet, basename="listing")
router.register("job-sources", listing_views.JobSourceViewSet, basename="job-source")

urlpatterns = router.urls
