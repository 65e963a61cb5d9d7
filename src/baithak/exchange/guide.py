"""The guide: a path of ten steps, in our own words, each with what a city has in hand at its end.

The path follows what the field's guides agree on (each step names its sources). It is no blueprint:
a city begins where it stands, goes back when it has to, and works through the services it already
has. Words for the screen are plain; the field's own words stand beside them as terms.

An output names the room that makes it. Where that room is not in this version yet, ``url_name`` is
empty and the page says that the city keeps it in a document of its own.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

__all__ = ["CODES", "STEPS", "WITH_PLACE", "Output", "Step", "Term", "step"]

#: Codes of the steps, in the order of the path.
CODES = (
    "mandate", "stakeholders", "leadership", "mapping", "strategy", "implementation", "coordination",
    "response", "learning", "sustain",
)  # fmt: skip

#: Addresses that belong to one city: a page passes the reader's place.
WITH_PLACE = frozenset({"exchange:readiness"})


@dataclass(frozen=True, slots=True)
class Output:
    """What a city has in hand, and the room and page where it is made."""

    text: Any
    room: str
    url_name: str = ""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of the field, and what it means."""

    word: Any
    meaning: Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the path; texts are lazy, ``practices`` are codes of approaches that fit."""

    code: str
    number: int
    title: Any
    what: Any
    why: Any
    actions: tuple[Any, ...]
    outputs: tuple[Output, ...]
    ethics: tuple[Any, ...]
    terms: tuple[Term, ...]
    practices: tuple[str, ...]
    sources: tuple[tuple[str, str], ...]


_SCN = "https://strongcitiesnetwork.org/"
_CITIES = f"{_SCN}resource/a-guide-for-cities/"
_MAYORS = f"{_SCN}resource/a-guide-for-mayors/"
_TOOLKIT = (
    f"{_SCN}resource/a-toolkit-for-cities-on-building-a-multi-actor-local-prevention-framework/"
)


STEPS = (
    Step(
        "mandate", 0, _("Mandate and leadership"),
        _("Find out what your city may do, and get a decision to do it."),
        _("Without a mandate and somebody who leads, good will ends at the first difficulty."),
        (
            _("Write down on one page what the law lets your council do, and what others keep for themselves."),
            _("Ask the leaders of all parties for one common line, before an election is near."),
            _("Decide whether you need a programme of its own, or a part of a plan that exists."),
            _("Name one person with time for it, and a deputy."),
            _("Find out who your counterpart is at the district, the province and the ministry."),
        ),
        (
            Output(_("A page that says what your city may do, with the law it rests on"), "plan"),
            Output(_("A decision to begin, with its date"), "coordination"),
            Output(_("A named lead and a deputy among the people of your city"), "network", "network:places"),
            Output(_("Your first answers to the readiness checklist"), "exchange", "exchange:readiness"),
        ),
        (
            _("Stay neutral: no party uses this work, and the same words hold for every ideology."),
            _("Lawful opposition and unpopular beliefs are not what this work is about."),
        ),
        (
            Term(_("Mandate"), _("what the law or a decision lets a city do")),
            Term(_("Focal point"), _("the one person in the city who can be asked")),
            Term(_("Standalone or integrated"), _("a programme of its own, or a part of what exists")),
        ),
        ("mayoral_leadership", "legislation_ordinance", "nlc_mechanism"),
        (
            ("A Guide for Cities: strategy", f"{_CITIES}4"),
            ("A Guide for Mayors: questions for a new mayor", f"{_MAYORS}6/"),
        ),
    ),
    Step(
        "stakeholders", 1, _("Who already helps"),
        _("List the organisations that already keep people together, and see who is left out."),
        _("Most of the work is being done by somebody; a city that begins alone does it twice."),
        (
            _("Ask each department and partner who works on cohesion, isolation, youth, violence at home and gangs."),
            _("Write down organisations and public contacts, with their consent; never private people."),
            _("Mark which area, group and language nobody serves."),
            _("Tell each organisation what its entry says, and let it correct it."),
            _("Promise a time within which everybody hears back, and keep it."),
        ),
        (
            Output(_("A directory of organisations"), "network", "network:places"),
            Output(_("A list of the gaps"), "plan"),
        ),
        (
            _("The directory holds organisations, not people, and nobody's faith or origin."),
            _("Being seen with the city can put partners at risk: ask before you publish a name."),
        ),
        (
            Term(_("Whole-of-society"), _("everybody takes part: offices, groups, firms, residents")),
            Term(_("Whole-of-city"), _("all departments take part, not one of them alone")),
            Term(_("Referral pathway"), _("who can send somebody on to which help, with consent")),
        ),
        ("interfaith_body", "participatory_governance", "womens_leadership", "minority_representation"),
        (("Toolkit on a local prevention framework: stakeholders", f"{_TOOLKIT}3/"),),
    ),
    Step(
        "leadership", 2, _("A group that leads"),
        _("Bring a mixed group together that learns first and then designs the work, for a limited time."),
        _("People who see harm first must shape the answer, not only be invited to hear it."),
        (
            _("Write a charter: task, members, how long, how many must be present to decide."),
            _("Give women, young people, minorities, people with disabilities and displaced people a vote."),
            _("Draw some of the members by lot, so that not only the usual voices are heard."),
            _("Learn together: how division works here, rights, what other cities tried."),
            _("Pay costs, bring interpreters, and choose hours and rooms that people can reach."),
        ),
        (
            Output(_("A group with a charter and a balance of members"), "coordination"),
            Output(_("Residents drawn by lot, with a receipt anybody can check"), "panel", "panel:list"),
            Output(_("Practices you have read together"), "exchange", "exchange:list"),
        ),
        (
            _("What is said may be used; who said it, or for whom, is not told."),
            _("Count seats by group; never write down what a member believes."),
        ),
        (
            Term(_("Local leadership group"), _("the mixed group that designs the work")),
            Term(_("Chatham House Rule"), _("use what you heard, do not say who said it")),
        ),
        ("training_capacity", "youth_participation", "womens_leadership", "minority_representation"),
        (("Toolkit on a local prevention framework", _TOOLKIT),),
    ),
    Step(
        "mapping", 3, _("Understand your city"),
        _("Listen to residents and look at services, to see what divides and what connects."),
        _("A plan built on guesses helps the loudest; each group feels harm in its own way."),
        (
            _("Open a conversation, in all languages, on what worries people and what would help."),
            _("Look at complaints, rumours and incidents as a whole and by area, without names."),
            _("Check how fairly water, schools, lighting and papers reach each area."),
            _("List what connects: people, places, markets, festivals, habits."),
            _("Show residents what you found, and what you do not know."),
        ),
        (
            Output(_("A map of opinions: what unites people, and what divides them"), "dialogue", "dialogue:list"),
            Output(_("A report: how you asked, who was heard, who was not"), "plan"),
        ),
        (
            _("Keep no list of suspects, and no map of homes or places by faith or origin."),
            _("Show no figure of a group so small that somebody could be recognised."),
            _("Show residents an idea for collecting data before you build it."),
        ),
        (
            Term(_("Needs and vulnerabilities assessment"), _("a study of what a city lacks and what it is exposed to")),
            Term(_("Drivers"), _("what pushes people apart or towards violence")),
            Term(_("Protective factors"), _("what keeps people together")),
        ),
        ("mapping_assessment", "intercultural_dialogue", "data_observatory", "participatory_governance"),
        (
            ("A Guide for Cities: mapping", f"{_CITIES}2/"),
            ("Toolkit on a local prevention framework: assessment", f"{_TOOLKIT}6/"),
        ),
    ),
    Step(
        "strategy", 4, _("A plan"),
        _("Write a short plan that says what will be done, by whom, until when and with what money."),
        _("What has no owner, date and money is forgotten when the next emergency comes."),
        (
            _("Say in a few lines why these actions should work here."),
            _("Give each action an owner, a date, a cost and the people it is for."),
            _("Choose three to five signs of change now, and note where they stand today."),
            _("Let residents choose part of what is paid for."),
            _("Check each action: who gains, who could feel left out, what could it make worse?"),
            _("Have the council decide, and publish the plan in the languages spoken here."),
        ),
        (
            Output(_("A plan with owners, dates and money, decided by the council"), "plan"),
            Output(_("Projects that residents chose"), "budget", "budget:list"),
            Output(_("Practices from other cities that your plan builds on"), "exchange", "exchange:list"),
        ),
        (
            _("Check before each action whether it touches what divides or what connects."),
            _("Say openly what a programme is for; a hidden purpose costs trust for years."),
        ),
        (
            Term(_("Local action plan"), _("the plan of a city or district")),
            Term(_("Theory of change"), _("why we believe that an action will have its effect")),
            Term(_("Conflict sensitivity"), _("taking care not to deepen a divide")),
        ),
        ("strategy_action_plan", "participatory_governance", "grants_to_csos"),
        (
            ("Toolkit on a local prevention framework: the framework", f"{_TOOLKIT}7/"),
            (
                "Local action plans in East Africa",
                f"{_SCN}resource/developing-and-implementing-local-action-plans-for-preventing-and-countering-violent-extremism-in-east-africa/",
            ),
        ),
    ),
    Step(
        "implementation", 5, _("Do it with the services you have"),
        _("Let schools, youth work, sport, culture, health and planning each do one thing."),
        _("Residents meet the city at the counter and in the classroom, not in a strategy."),
        (
            _("Begin with a service that people miss: a light, a paper, a bus, a playground."),
            _("Adopt a practice of another city; write down what you change, and why."),
            _("Keep a calendar of the sensitive dates of all groups, and prepare them together."),
            _("Agree how you answer a rumour: say what is known and what to do, and do not repeat it."),
            _("Offer a place where people can report hate and get help."),
        ),
        (
            Output(_("Practices adopted, with what you changed"), "exchange", "exchange:list"),
            Output(_("Actions with their state, in ordinary services"), "plan"),
        ),
        (
            _("Support for single people is voluntary and stays with social services, outside this software."),
            _("A concern describes a situation and a need, never a suspect."),
            _("No personal data of children."),
        ),
        (
            Term(_("Primary prevention"), _("for everybody, before there is harm")),
            Term(_("Secondary prevention"), _("early support where risk grows")),
            Term(_("Tertiary prevention"), _("after harm: help, return, recovery")),
        ),
        (
            "service_delivery_equity", "education_schools", "youth_work_outreach", "sport_for_peace", "arts_culture",
            "anti_rumour", "festival_safety", "language_access", "incident_reporting",
        ),
        (
            ("A Guide for Mayors: prevention", f"{_MAYORS}4/"),
            ("A Guide for Cities: working through existing services", f"{_CITIES}6"),
        ),
    ),
    Step(
        "coordination", 6, _("Work together, in the city and with the state"),
        _("Keep one standing table in the city, and an agreed road between the city and the state."),
        _("A committee that is formed is not yet one that works; and warnings that reach nobody help nobody."),
        (
            _("Meet at least every three months, between festivals too."),
            _("End each meeting with decisions, owners and dates, and begin the next one with them."),
            _("Agree with district and ministry on a route and a time to reply, for requests and warnings."),
            _("Ask to be told before the state acts in your city, and to get data and money with each task."),
            _("Offer what you know: the state has law and money, the city knows its people."),
        ),
        (
            Output(_("A body with members, meetings and decisions that are followed up"), "coordination"),
            Output(_("A sheet: who talks to whom at which level, and how soon they reply"), "coordination"),
        ),
        (
            _("Police and security see totals only; anything more is a decision of the body, written down."),
            _("Warnings rest on open information; secret sources make it impossible to act together."),
        ),
        (
            Term(_("National-local cooperation"), _("how ministries and cities work together")),
            Term(_("Local prevention network"), _("the standing table of a city and its partners")),
            Term(_("City prevention team"), _("the people who carry the plan out")),
        ),
        (
            "local_prevention_network", "nlc_mechanism", "peace_committee", "interfaith_body", "early_warning_response",
            "community_policing",
        ),
        (
            ("A Guide for Cities: coordination", f"{_CITIES}5/"),
            (
                "National-local cooperation toolkit",
                "https://www.thegctf.org/Resources/Framework-Documents/Policy-Toolkits/The-National-Local-Cooperation-NLC-Toolkit",
            ),
            ("Toolkit on a local prevention framework: the team", f"{_TOOLKIT}8/"),
        ),
    ),
    Step(
        "response", 7, _("Be ready for the first hour"),
        _("Prepare for the day on which something happens, here or far away."),
        _("In the first hours rumours are faster than any office; what is prepared calms."),
        (
            _("Agree who speaks first, in which languages, and who tells whom."),
            _("Write a joint statement with faith and community leaders before it is needed."),
            _("Keep a list of whom to call, with everybody's consent, and a link to the state."),
            _("Plan help for those who are affected, and safe rooms to speak of fear and anger."),
            _("Hold an exercise each year, and look back calmly after each incident."),
        ),
        (
            Output(_("A card for the first hour"), "coordination"),
            Output(_("A list of whom to call"), "coordination"),
            Output(_("What you learned, as a lesson for other cities"), "exchange", "exchange:list"),
        ),
        (
            _("Do not repeat a rumour in order to deny it."),
            _("Name no victim, no accused and no place of worship without need and consent."),
            _("Act in steps, and protect free speech while you do."),
        ),
        (
            Term(_("Tabletop exercise"), _("playing an incident through at a table")),
            Term(_("Psychosocial support"), _("help for people who are afraid or grieving")),
            Term(_("Recovery"), _("the weeks and months after")),
        ),
        ("crisis_response_plan", "early_warning_response", "victim_support", "communications_campaign", "festival_safety"),
        (
            ("A Guide for City-Led Response", f"{_SCN}resource/a-guide-for-city-led-response/8/"),
            (
                "Global crises, local impacts",
                f"{_SCN}resource/global-crises-local-impacts-key-findings-recommendations-to-date-april-2024/",
            ),
        ),
    ),
    Step(
        "learning", 8, _("See what changed"),
        _("Ask once a year what was done, what changed and what went wrong."),
        _("Without looking, a city repeats what does not help, and cannot defend what does."),
        (
            _("Follow three to five signs of change that cost you little."),
            _("Ask residents the same few questions in the same way each year."),
            _("Sit down with your partners: as planned? in time? what got in the way?"),
            _("Look for harm too, and write down what failed."),
            _("Tell those who took part what became of their points."),
        ),
        (
            Output(_("A small set of signs, with where they stood at the start"), "plan"),
            Output(_("The conversation of last year, held again"), "dialogue", "dialogue:list"),
            Output(_("Lessons on the practices you adopted, failures too"), "exchange", "exchange:list"),
            Output(_("The readiness checklist, looked at again"), "exchange", "exchange:readiness"),
        ),
        (
            _("Compare your city with itself; no city is ranked."),
            _("Publicity is no proof: say how well a result is known."),
        ),
        (
            Term(_("Baseline"), _("where a sign stood before you began")),
            Term(_("Output and outcome"), _("what you did, and what changed by it")),
        ),
        ("data_observatory", "city_to_city_exchange", "training_capacity"),
        (("Toolkit on a local prevention framework: learning", f"{_TOOLKIT}9/"),),
    ),
    Step(
        "sustain", 9, _("Make it last"),
        _("Anchor the work in the office, so that it outlives a mayor, a grant and a project year."),
        _("Leaders change, at times all at once; what only they knew is gone with them."),
        (
            _("Keep records with the office, not on anybody's own phone."),
            _("Write the handover file while the leader is still there, and keep it current."),
            _("Put a line into the ordinary budget, and find a second source of money."),
            _("Give the work a legal basis: a decision, a rule, a part of a law."),
            _("Share one practice with other cities each year; what is told is not lost."),
        ),
        (
            Output(_("A handover file that a new leader reads in twenty minutes"), "home"),
            Output(_("A budget line and a legal basis"), "plan"),
            Output(_("A practice of your own, told to other cities"), "exchange", "exchange:list"),
        ),
        (
            _("Hand over decisions and lessons; delete personal data whose time is over."),
            _("Freeze public posts of leaders while an election is on."),
        ),
        (
            Term(_("Institutionalisation"), _("the work belongs to the office and goes on without its founders")),
            Term(_("Ownership"), _("those concerned see it as their own")),
        ),
        ("legislation_ordinance", "strategy_action_plan", "city_to_city_exchange"),
        (("A Guide for Cities: coordination, capacity and learning", f"{_CITIES}8"),),
    ),
)  # fmt: skip

_BY_CODE = {told.code: told for told in STEPS}


def step(code: str) -> Step | None:
    """The step with this code."""
    return _BY_CODE.get(code)
