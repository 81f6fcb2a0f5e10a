"""Resumes to draw: a short one, a usual one, a long one, and people of other writing systems."""

from typing import Any

POINT = (
    "Designed the tiered storage that moved 80% of the disk usage to object stores while the slowest "
    "answers stayed below 20 ms in three regions, part {}"
)


def position(number: int, points: int = 4) -> dict[str, Any]:
    return {
        "company": f"Company {number} GmbH",
        "position": f"Engineer of kind {number}",
        "location": "Berlin",
        "start_date": f"{2022 - 3 * number}-03",
        "end_date": "" if number == 0 else f"{2025 - 3 * number}-02",
        "is_current": number == 0,
        "url": f"https://company{number}.example",
        "description": "Technical lead of the platform group.",
        "achievements": [POINT.format(part) for part in range(points)],
        "skills_used": ["Python", "Kafka"],
    }


SHORT: dict[str, Any] = {
    "contact_info": {"full_name": "Ada Lovelace", "headline": "Analyst", "email": "ada@example.com"},
    "summary": "Mathematician who wrote the first program.",
    "work_experience": [{"company": "Analytical Engine", "position": "Analyst", "start_date": "1842"}],
    "skills": [{"name": "Mathematics"}],
}
USUAL: dict[str, Any] = {
    "contact_info": {
        "full_name": "Zoë Šimůnková",
        "headline": "Staff engineer",
        "email": "zoe@example.com",
        "phone": "+420 555 0117",
        "location": "Prague, Czechia",
        "linkedin_url": "https://www.linkedin.com/in/zoe",
        "profiles": [{"network": "GitHub", "username": "zoe", "url": "https://github.com/zoe"}],
    },
    "summary": "Engineer with fourteen years of distributed storage.",
    "work_experience": [position(number) for number in range(3)],
    "education": [
        {
            "institution": "Charles University",
            "degree": "MSc",
            "field_of_study": "Computer science",
            "start_date": "2002",
            "end_date": "2006",
            "gpa": "1.1",
            "honors": ["Dean's list"],
        }
    ],
    "skills": [
        {"name": "Python", "category": "Programming", "level": "expert", "years_experience": 12},
        {"name": "Go", "category": "Programming"},
        {"name": "Storage", "keywords": ["Kafka", "Ceph"]},
    ],
    "projects": [
        {"name": "raftkit", "description": "A library.", "url": "https://raft.example/kit", "technologies": ["Rust"]}
    ],
    "certifications": [
        {"name": "Kubernetes administrator", "issuer": "CNCF", "issue_date": "2021-05", "expiry_date": "2024-05"}
    ],
    "custom_sections": [
        {
            "section_type": "languages",
            "title": "Spoken languages",
            "order": 2,
            "content": {"entries": [{"title": "Czech", "level": "native"}, {"title": "English", "level": "C2"}]},
        },
        {
            "section_type": "awards",
            "title": "Awards won",
            "order": 1,
            "content": {"entries": [{"title": "Best paper", "subtitle": "OSDI", "date": "2014-10-06"}]},
        },
        {"section_type": "custom", "title": "Hidden part", "is_visible": False, "content": {"text": "Secret words"}},
        {"section_type": "interests", "title": "Empty part", "content": {"extra": {"kept": "apart"}}},
    ],
}
LONG: dict[str, Any] = {**USUAL, "work_experience": [position(number, 6) for number in range(9)]}


def person(name: str, headline: str, summary: str, company: str, point: str) -> dict[str, Any]:
    return {
        "contact_info": {"full_name": name, "headline": headline, "email": "someone@example.com"},
        "summary": summary,
        "work_experience": [
            {"company": company, "position": headline, "start_date": "2020-03", "achievements": [point]}
        ],
    }


# By the language that they are set as.
PEOPLE = {
    "ar": person("ليلى حسن", "مهندسة برمجيات", "خبرة في بناء أنظمة موزعة.", "شركة النيل", "قيادة فريق من المهندسين"),
    "he": person("נועה כהן", "מהנדסת תוכנה", "ניסיון בבניית מערכות מבוזרות.", "אלביט", "הובלת צוות מהנדסים"),
    "zh": person("李小龙", "软件工程师", "专注于分布式系统与数据库。", "阿里巴巴集团", "带领五人团队构建支付平台"),
    "ja": person(
        "山田 太郎", "ソフトウェアエンジニア", "分散システムの設計の経験。", "株式会社サンプル", "決済基盤を構築"
    ),
    "ko": person("김민수", "소프트웨어 엔지니어", "분산 시스템 구축 경력.", "삼성전자", "결제 플랫폼 구축"),
    "hi": person("अनन्या शर्मा", "सॉफ्टवेयर इंजीनियर", "दस वर्षों का अनुभव।", "टाटा", "टीम का नेतृत्व किया"),
    "el": person("Ελένη Παπαδοπούλου", "Μηχανικός", "Εμπειρία σε συστήματα.", "Εταιρεία", "Ηγήθηκε ομάδας"),
    "ru": person("Екатерина Иванова", "Инженер", "Опыт создания систем.", "Ромашка", "Руководила командой"),
}
