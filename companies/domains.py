"""Which domain tells a company by its website? Values in, values out; the public suffix list is the packaged one.

A host that joins the list of shared ones decides nothing from then on. Rows are left as they are: an entry that has it as
its domain keeps it until somebody writes its website anew, `validate_data` takes that for no fault, and nobody is told by
it any more. Migrations read websites with a list of their own, which stays as it was.
"""

from __future__ import annotations

import ipaddress
import re
from functools import cache
from urllib.parse import urlsplit

import tldextract

# Sites on which very many employers have a page: their domain says nothing about who that employer is. A name also stands
# for everything below it, so of whoever employs people under their own name only the part that others fill is listed.
_JOB_BOARDS = """
    80000hours.org absolventa.de adzuna.co.uk adzuna.com adzuna.de adzuna.fr adzuna.in angel.co angellist.com
    apec.fr apna.co arbeitnow.com arbeitsagentur.de arbetsformedlingen.se arc.dev bayt.com berlinstartupjobs.com
    bestjobs.eu bigshyft.com brightnetwork.co.uk builtin.com builtinaustin.com builtinboston.com builtinchicago.org
    builtincolorado.com builtinla.com builtinnyc.com builtinseattle.com builtinsf.com bulldogjob.com bulldogjob.pl
    cadremploi.fr careerbuilder.com careerjet.co.in careerjet.co.uk careerjet.com clearancejobs.com climatebase.org
    cord.co cutshort.io cv-library.co.uk cwjobs.co.uk dailyremote.com dice.com djinni.co dou.ua duunitori.fi
    efinancialcareers.co.uk efinancialcareers.com efinancialcareers.de ejobs.ro finn.no fiverr.com flexjobs.com
    foundit.com.hk foundit.com.ph foundit.id foundit.in foundit.my foundit.sg francetravail.fr freelancer.com
    freshersworld.com germantechjobs.de get-in-it.de glints.com governmentjobs.com gradcracker.com gulftalent.com
    guru.com handshake.com hellowork.com herkey.com hh.ru higheredjobs.com himalayas.app hirect.in hired.com
    hirist.com hirist.tech honeypot.io idealist.org iimjobs.com indeed.ca indeed.ch indeed.co.in indeed.co.uk
    indeed.com indeed.de indeed.es indeed.fr indeed.nl infoempleo.com infojobs.it infojobs.net instahyre.com
    intermediair.nl internshala.com irishjobs.ie itjobs.pt jobat.be jobbsafari.se jobcase.com jobgether.com
    jobhai.com jobicy.com jobindex.dk jobly.fi jobs.ac.uk jobs.ch jobs.cz jobs.ie jobs.theguardian.com jobscout24.ch
    jobsdb.com jobserve.com jobsforher.com jobsite.co.uk jobstreet.com jobteaser.com jobup.ch jobware.de
    joinhandshake.com jooble.org jora.com justjoin.it justremote.co karriere.at kimeta.de landing.jobs lensa.com
    lesjeudis.com levels.fyi mediabistro.com meteojob.com milkround.com monster.at monster.be monster.ca monster.ch
    monster.co.uk monster.com monster.de monster.es monster.fr monster.ie monster.it monster.lu monster.nl
    monster.se monsterindia.com nationalevacaturebank.nl naukri.com naukrigulf.com net-empregos.com nexxt.com
    nijobs.com nodesk.co nofluffjobs.com oikotie.fi otta.com peopleperhour.com placementindia.com pole-emploi.fr
    pracuj.pl profesia.cz profesia.sk prospects.ac.uk reed.co.uk regionsjob.com relocate.me remote.co remoteok.com
    remoteok.io remotive.com remotive.io ripplematch.com robota.ua rocketjobs.pl s1jobs.com seek.co.nz seek.com.au
    shine.com simplify.jobs simplyhired.ca simplyhired.co.in simplyhired.co.uk simplyhired.com snagajob.com
    startup.jobs stellenanzeigen.de stepstone.at stepstone.be stepstone.de stepstone.fr stepstone.nl talent.com
    targetjobs.co.uk teamblind.com tecnoempleo.com theladders.com themuse.com theprotocol.it timesjobs.com
    totaljobs.com trac.jobs trueup.io unstop.com upwork.com usajobs.gov vdab.be wayup.com web3.career weekday.works
    welcometothejungle.co welcometothejungle.com wellfound.com werkzoeken.nl weworkremotely.com work.ua
    workatastartup.com workindia.in workingnomads.com ycombinator.com zhaopin.com ziprecruiter.co.uk
    ziprecruiter.com ziprecruiter.in
"""
_APPLICANT_TRACKING = """
    adp.com applicantpro.com applicantstack.com applitrack.com applytojob.com ashbyhq.com ats.rippling.com
    avature.net b-ite.com bamboohr.com bizneohr.com brassring.com breezy.hr bullhorn.com bullhornstaffing.com
    careerplug.com careers.hibob.com catsone.com ceipal.com clearcompany.com comeet.co comeet.com concludis.de
    coveto.de crelate.com csod.com darwinbox.in dayforcehcm.com dover.com dvinci-hr.com eightfold.ai eploy.net
    factorialhr.com flatchr.io fountain.com freshteam.com greenhouse.io greythr.com grnh.se gupy.io haileyhr.app
    harri.com hirehive.com hireology.com hiringthing.com homerun.co hr-manager.net hrmdirect.com hrworks.de
    icims.com isolvedhire.com jazz.co jazzhr.com jobappnetwork.com jobbnorge.no jobdiva.com jobs.gem.com
    jobs2web.com jobscore.com jobtrain.co.uk jobvite.com jobylon.com join.com keka.com kenexa.com kredily.com
    lever.co loxo.co manatal.com myworkday.com myworkdayjobs.com myworkdaysite.com neogov.com networxrecruitment.com
    newtonsoftware.com occupop.com onlyfy.jobs oraclecloud.com pageuppeople.com paycomonline.com paycomonline.net
    paylocity.com peopleadmin.com peoplehr.net peoplestrong.com personio.com personio.de pinpointhq.com polymer.co
    prescreen.io prescreenapp.io qandle.com reachmee.com recman.no recruitcrm.io recruitee.com recruiterbox.com
    recruitingbypaycor.com rexx-systems.com rezoomo.com ripplehire.com rippling-ats.com sapsf.com sapsf.eu
    schoolspring.com silkroad.com smartrecruiters.com smrtr.io softgarden.de softgarden.io springrecruit.com
    successfactors.com successfactors.eu tal.net taleez.com talentrecruit.com talentsoft.com taleo.net
    teamtailor.com traffit.com trakstar.com turbohire.co ukg.net ultipro.ca ultipro.com umantis.com varbi.com
    viterbit.site webcruiter.com webcruiter.no welcomekit.co workable.com workday.com workstream.us zinghr.com
    zohorecruit.com zohorecruit.eu zohorecruit.in
"""
_PROFILES = """
    allabolag.se alternativeto.net ambitionbox.com appsumo.com bbb.org betalist.com capterra.co.uk capterra.com
    capterra.in cbinsights.com clutch.co company-information.service.gov.uk comparably.com craft.co crunchbase.com
    datanyze.com dealroom.co designrush.com f6s.com falconebiz.com finance.yahoo.com fishbowlapp.com foursquare.com
    g2.com getapp.com glassdoor.at glassdoor.be glassdoor.ca glassdoor.ch glassdoor.co.in glassdoor.co.nz
    glassdoor.co.uk glassdoor.com glassdoor.com.ar glassdoor.com.au glassdoor.com.br glassdoor.com.hk
    glassdoor.com.mx glassdoor.de glassdoor.es glassdoor.fr glassdoor.ie glassdoor.it glassdoor.nl glassdoor.sg
    goodfirms.co growjo.com indiamart.com infogreffe.fr instafinancials.com justdial.com kununu.com mouthshut.com
    northdata.com northdata.de opencorporates.com owler.com pappers.fr pitchbook.com producthunt.com proff.dk
    proff.no rocketreach.co saashub.com signalhire.com societe.com softwareadvice.com startupindia.gov.in
    thecompanycheck.com themanifest.com tofler.in tracxn.com tradeindia.com trustpilot.com trustradius.com
    wikipedia.org yellowpages.com yelp.com zaubacorp.com zoominfo.com
"""
_APPLICATIONS = """
    apps.apple.com apps.microsoft.com bitbucket.io bitbucket.org chromewebstore.google.com github.com github.io
    gitlab.com gitlab.io huggingface.co itunes.apple.com myshopify.com npmjs.com play.google.com pypi.org
    shopify.com sourceforge.net stackoverflow.com
"""
_SOCIAL = """
    about.me academia.edu beacons.ai behance.net bio.link bsky.app dev.to discord.gg dribbble.com
    eventbrite.com facebook.com fb.com flickr.com gofundme.com gumroad.com hatenablog.com indiegogo.com
    instagram.com kickstarter.com linkedin.com linktr.ee lu.ma mastodon.social medium.com meetup.com patreon.com
    pinterest.com quora.com reddit.com slack.com snapchat.com soundcloud.com substack.com t.me taplink.cc
    telegram.me threads.com threads.net tiktok.com tumblr.com twitch.tv twitter.com vimeo.com vk.com wa.me weibo.com
    whatsapp.com x.com xing.com youtu.be youtube.com
"""
_SITE_BUILDERS = """
    airtable.com amazonaws.com appspot.com azurestaticapps.net azurewebsites.net beehiiv.com blogger.com
    blogspot.com bubbleapps.io business.site carrd.co cloudfront.net docs.google.com drive.google.com
    firebaseapp.com fly.dev forms.office.com framer.ai framer.app framer.website ghost.io glitch.me godaddysites.com
    hashnode.dev herokuapp.com hs-sites.com jimdo.com jimdofree.com jimdosite.com jotform.com mystrikingly.com
    netlify.app notion.site notion.so onrender.com pages.dev railway.app repl.co replit.app replit.dev
    sites.google.com softr.app square.site squarespace.com strikingly.com super.site surge.sh tally.so tilda.ws
    trello.com typedream.app typeform.com vercel.app web.app webflow.io webnode.com weebly.com wixsite.com
    wordpress.com workers.dev wpengine.com
"""
_SHORTENERS = """
    bit.ly buff.ly cutt.ly forms.gle g.page goo.gl is.gd lnkd.in ow.ly rb.gy rebrand.ly shorturl.at t.co tiny.cc
    tinyurl.com
"""
SHARED_HOSTS = frozenset(
    host
    for hosts in (_JOB_BOARDS, _APPLICANT_TRACKING, _PROFILES, _APPLICATIONS, _SOCIAL, _SITE_BUILDERS, _SHORTENERS)
    for host in hosts.split()
)
_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_WEB = re.compile(r"^https?://", re.IGNORECASE)
LONGEST_DOMAIN = 253


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def find_domain(website: str) -> str:
    """Return the registrable domain of a website in lower case and punycode; '' where it tells nobody apart.

    '' is the answer for shared hosts, addresses that are no website (mailto:, javascript:), IP addresses, localhost.
    """
    host = _find_host(website.strip())
    return "" if _is_shared(host) else _cut_to_domain(host)


def find_owner_domain(website: str) -> str:
    """Return the registrable domain of a website, whoever has pages there; '' where it has none."""
    return _cut_to_domain(_find_host(website.strip()))


def _is_shared(host: str) -> bool:
    labels = host.split(".")
    if any(".".join(labels[start:]) in SHARED_HOSTS for start in range(len(labels))):
        return True
    private = _suffixes()(host, include_psl_private_domains=True)
    return private.suffix != _suffixes()(host).suffix  # github.io and its like: by the list itself.


def _cut_to_domain(host: str) -> str:
    domain = _suffixes()(host).top_domain_under_public_suffix if host else ""
    return domain if len(domain) <= LONGEST_DOMAIN else ""


def _find_host(website: str) -> str:
    if not _WEB.match(website):
        if _SCHEME.match(website) and not re.match(r"^[^/:]+:\d+(?:/|$)", website):
            return ""
        website = f"http://{website.removeprefix('//')}"
    try:
        host = urlsplit(website).hostname or ""
        ascii_host = host.rstrip(".").encode("idna").decode("ascii").lower()
    except (ValueError, UnicodeError):
        return ""
    try:
        ipaddress.ip_address(ascii_host.strip("[]"))
    except ValueError:
        return ascii_host if "." in ascii_host else ""
    return ""
