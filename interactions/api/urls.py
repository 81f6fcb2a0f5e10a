from interactions.api import views
from jobos.core.viewsets import LenientRouter

router = LenientRouter()
# What a user does with a listing; the catalogue itself is registered by jobs.api.
router.register("listings", views.ListingActionViewSet, basename="listing-action")
router.register(r"listings/(?P<listing>[^/]+)/applicants", views.ApplicantViewSet, basename="applicant")
router.register("interactions/saved", views.SavedViewSet, basename="saved-listing")
router.register("interactions/applications", views.ApplicationViewSet, basename="application")
router.register("interactions", views.InteractionViewSet, basename="interaction")
router.register("timeline", views.TimelineViewSet, basename="timeline")

urlpatterns = router.urls
