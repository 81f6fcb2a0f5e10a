"""The skill bank in the admin: its page, the pages of its entries, and the shared taxonomy."""

from skills.admin.bank import SkillBankAdmin
from skills.admin.entries import SkillAdmin
from skills.admin.taxonomy import SkillConceptAdmin

__all__ = ["SkillAdmin", "SkillBankAdmin", "SkillConceptAdmin"]
