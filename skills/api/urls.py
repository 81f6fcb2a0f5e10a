from django.urls import re_path

from jobos.core.viewsets import LenientRouter
from skills.api import views

router = LenientRouter()
router.register("skill-bank/skills", views.SkillViewSet, basename="skill")
router.register("skill-bank/summaries", views.SummaryViewSet, basename="summary")
for prefix, records, variations in (
    ("experiences", views.ExperienceViewSet, views.ExperienceVariationViewSet),
    ("education", views.EducationViewSet, views.EducationVariationViewSet),
    ("projects", views.ProjectViewSet, views.ProjectVariationViewSet),
):
    router.register(f"skill-bank/{prefix}", records, basename=prefix)
    nested = rf"skill-bank/{prefix}/(?P<entry>[^/]+)/variations"
    router.register(nested, variations, basename=f"{prefix}-variation")
router.register("skill-bank/certifications", views.CertificationViewSet, basename="certification")

bank = views.SkillBankViewSet.as_view({"get": "retrieve", "patch": "partial_update"})
urlpatterns = [
    re_path(r"^skill-bank/?$", bank, name="skill-bank"),
    re_path(r"^skill-taxonomy/?$", views.SkillTaxonomyView.as_view(), name="skill-taxonomy"),
    *router.urls,
]
