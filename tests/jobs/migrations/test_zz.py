import json
from tests.jobs.migrations.test_listings import *
from tests.jobs.migrations.test_listings import journey
from tests.jobs.migrations._legacy_listings import LISTINGS, COMPANIES


def test_print(journey):
    out = {}
    for r in LISTINGS:
        i = str(r["id"])
        n = journey.new["job_listings"][i]
        c = journey.new["companies"][n["company_id"]]
        name = next(k for k in [r["company"]])
        ls = [
            (l["outcome"], l["before"], l["after"])
            for l in journey.new["migration_ledger"].values()
            if l["row_id"] == i and l["column"] == "" and l["table"] == "job_listings"
        ]
        print(
            "##",
            r["title"][:20],
            "|",
            r["company"][:20],
            "->",
            (
                c["name"][:30],
                c["normalized_name"][:30],
                c["domain"],
                c["size"],
                c["size_category"],
                c["industry"],
                c["website"],
                c["is_confirmed"],
            ),
        )
        for l in ls:
            print("     ", str(l)[:700])
    for l in journey.new["migration_ledger"].values():
        if l["table"] != "job_listings":
            print(l["table"], l["outcome"], str(l["before"])[:150], str(l["after"])[:150], l["target_row_id"])
    for s in journey.new["company_match_suggestions"].values():
        print(s)
    print(len(journey.new["companies"]))
