from jobos.core.viewsets import LenientRouter
from resumes.api import files, making, views

router = LenientRouter()
router.register("resume-templates", views.TemplateViewSet, basename="resume-template")
router.register("resumes", files.ResumeFileViewSet, basename="resume-file")
router.register("resumes", making.ResumeMakingViewSet, basename="resume-making")
router.register("resumes", views.ResumeViewSet, basename="resume")

urlpatterns = router.urls
