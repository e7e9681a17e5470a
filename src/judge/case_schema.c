/*
 * case_schema.c - the shape of a case document, as data; see case_schema.h.
 *
 * Adding a field is adding a row; the reference in docs/case-document.md gets
 * its line in the same commit. A field may be added, never renamed or narrowed:
 * a case that was answered once must read the same in ten years.
 */
#include "judge/case_schema.h"

#include <string.h>

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})
#define COUNT(a) ((uint8_t)(sizeof(a) / sizeof(a)[0]))
#define ANY_LOW (-1e15)
#define ANY_HIGH 1e15

#define FIELD(n, t, fl, ch, sh, lo, hi) \
    {.name = (n), .len = sizeof(n) - 1, .type = (t), .flags = (fl), .choices = (ch), \
     .shape = (sh), .low = (lo), .high = (hi)}
#define PLAIN(n, t) FIELD(n, t, 0, NULL, NULL, ANY_LOW, ANY_HIGH)
#define MUST(n, t) FIELD(n, t, CASE_REQUIRED, NULL, NULL, ANY_LOW, ANY_HIGH)
#define TEXT(n) PLAIN(n, CASE_TEXT)
#define DATE(n) PLAIN(n, CASE_DATE)
#define WHEN(n) PLAIN(n, CASE_WHEN)
#define CODE(n) PLAIN(n, CASE_CODE)
#define WORD(n, ch) FIELD(n, CASE_WORD, 0, ch, NULL, 0, 0)
#define NUMBER(n, lo, hi) FIELD(n, CASE_NUMBER, 0, NULL, NULL, lo, hi)
#define WHOLE(n, lo, hi) FIELD(n, CASE_WHOLE, 0, NULL, NULL, lo, hi)
#define AMOUNT(n, lo, hi) FIELD(n, CASE_AMOUNT, 0, NULL, NULL, lo, hi)
#define OBJECT(n, sh) FIELD(n, CASE_OBJECT, 0, NULL, &(sh), 0, 0)
#define LIST(n, sh) FIELD(n, CASE_LIST_OF, 0, NULL, &(sh), 0, 0)
#define MAP(n, sh) FIELD(n, CASE_MAP_OF, 0, NULL, &(sh), 0, 0)
#define SHAPE_OF(fields_of, title, must) \
    {.name = (title), .fields = (fields_of), .count = COUNT(fields_of), .required = (must)}
#define SHAPE(variable, title, must) \
    static const struct case_shape variable = SHAPE_OF(variable##_fields, title, must)

/* What every record may carry; its sources close it. */
#define RECORD_WITHOUT_SRC \
    WORD("certainty", certainties), FIELD("about", CASE_ABOUT, 0, abouts, NULL, 0, 0), \
    PLAIN("supersededBy", CASE_RECORD), WORD("asserted", parties)
#define RECORD RECORD_WITHOUT_SRC, MUST("src", CASE_SRC)

static const char *const certainties[] = {"documented", "probable", "possible", NULL};
static const char *const abouts[] = {"patient", "other", NULL};
static const char *const parties[] = {"clinician", "patient", "requester", "carrier", NULL};
static const char *const sides[] = {"left", "right", "bilateral", NULL};
static const char *const courses[] = {"planned", "in-progress", "on-hold", "completed",
                                      "stopped", "not-done", "unknown", NULL};
static const char *const purposes[] = {"diagnostic", "therapeutic", NULL};
static const char *const conclusions[] = {"favorable", "unfavorable", "conditional",
                                          "unknown", NULL};
static const char *const comparators[] = {"<", "<=", ">", ">=", NULL};

/* parts of records */

static const struct case_field quantity_fields[] = {
    FIELD("value", CASE_NUMBER, CASE_REQUIRED, NULL, NULL, ANY_LOW, ANY_HIGH),
    TEXT("unit"), WORD("comparator", comparators)};
const struct case_shape case_shape_quantity = SHAPE_OF(quantity_fields, "a quantity", 1);

static const struct case_field range_fields[] = {DATE("start"), DATE("end")};
const struct case_shape case_shape_range = SHAPE_OF(range_fields, "a range", 0);

static const struct case_field code_fields[] = {TEXT("system"), MUST("code", CASE_NAME),
                                                TEXT("display")};
const struct case_shape case_shape_code = SHAPE_OF(code_fields, "a code", 1);

static const struct case_field site_fields[] = {
    TEXT("text"),
    WORD("region", WORDS("cervical", "thoracic", "lumbar", "lumbosacral", "other")),
    PLAIN("level", CASE_TEXTS), WORD("laterality", sides)};
SHAPE(site, "a body site", 0);

static const struct case_field outcome_fields[] = {
    TEXT("text"),
    WORD("result", WORDS("failed", "partial", "helped")),
    AMOUNT("reliefPercent", 0, 100),
    AMOUNT("reliefWeeks", 0, 5200),
    WORD("functionChange", WORDS("improved", "unchanged", "worse")),
    DATE("measuredOn"),
    TEXT("scale")};
SHAPE(outcome, "an outcome", 0);

static const struct case_field value_fields[] = {
    PLAIN("number", CASE_NUMBER), TEXT("unit"), PLAIN("scale", CASE_SCALE),
    WORD("comparator", comparators), CODE("code"), TEXT("text")};
const struct case_shape case_shape_value = SHAPE_OF(value_fields, "a value", 0);

static const struct case_field stop_fields[] = {
    WORD("code", WORDS("inadequate-relief", "intolerance", "contraindicated", "completed",
                       "patient-choice", "cost", "unknown")),
    TEXT("text")};
SHAPE(stop, "a reason to stop", 0);

static const struct case_field person_fields[] = {
    WHOLE("sequence", 1, 1e6), TEXT("npi"), TEXT("name"), TEXT("specialty"), TEXT("role")};
SHAPE(person, "a person", 0);

/* the request */

static const struct case_field line_fields[] = {
    FIELD("sequence", CASE_SEQUENCE, CASE_REQUIRED, NULL, NULL, 1, CASE_SEQUENCE_MAX),
    TEXT("system"),
    MUST("code", CASE_NAME),
    TEXT("codeEnd"),
    TEXT("display"),
    PLAIN("modifier", CASE_TEXTS),
    TEXT("category"),
    TEXT("requestType"),
    TEXT("certificationType"),
    OBJECT("quantity", case_shape_quantity),
    WHEN("serviced"),
    TEXT("placeOfService"),
    OBJECT("bodySite", site),
    PLAIN("diagnosisSequence", CASE_WHOLES),
    TEXT("order"),
    TEXT("trace"),
    FIELD("change", CASE_WORD, CASE_NULLABLE, WORDS("added", "changed", "cancelled"), NULL, 0, 0),
    TEXT("coverageAssertionId"),
    RECORD_WITHOUT_SRC,
    PLAIN("src", CASE_SRC)};
SHAPE(line, "a line", 2);

static const struct case_field request_fields[] = {
    PLAIN("identifier", CASE_FREE),
    TEXT("fullUrl"),
    DATE("created"),
    TEXT("type"),
    TEXT("priority"),
    WORD("urgency", WORDS("standard", "expedited")),
    TEXT("forum"),
    TEXT("levelOfService"),
    TEXT("certificationType"),
    TEXT("preAuthRef"),
    PLAIN("related", CASE_FREE),
    OBJECT("provider", person),
    LIST("careTeam", person),
    TEXT("message"),
    FIELD("lines", CASE_LIST_OF, CASE_REQUIRED, NULL, &line, 0, 0)};
static const struct case_shape request = SHAPE_OF(request_fields, "the request", 1);

static const struct case_field patient_fields[] = {
    TEXT("memberId"), DATE("birthDate"),
    WORD("gender", WORDS("female", "male", "other", "unknown")), MUST("src", CASE_SRC)};
SHAPE(patient, "the patient", 1);

static const struct case_field coverage_fields[] = {
    TEXT("memberId"), TEXT("subscriberId"), TEXT("payor"), TEXT("plan"),
    TEXT("group"), TEXT("lineOfBusiness"), TEXT("state"), TEXT("relationship"),
    OBJECT("period", case_shape_range), TEXT("status"), MUST("src", CASE_SRC)};
SHAPE(coverage, "the coverage", 1);

static const struct case_field scope_fields[] = {
    PLAIN("covered", CASE_CODES), PLAIN("excluded", CASE_CODES),
    OBJECT("effective", case_shape_range), PLAIN("src", CASE_SRC)};
SHAPE(scope, "the conditions covered", 0);

/* records */

static const struct case_field diagnosis_fields[] = {
    PLAIN("id", CASE_ID), WHOLE("sequence", 1, 1e6), TEXT("system"), TEXT("code"),
    TEXT("display"), DATE("recorded"), WHEN("onset"),
    WORD("clinicalStatus", WORDS("active", "recurrence", "relapse", "inactive", "remission",
                                 "resolved")),
    WORD("verificationStatus", WORDS("unconfirmed", "provisional", "differential", "confirmed",
                                     "refuted", "entered-in-error")),
    TEXT("role"), RECORD};
SHAPE(diagnosis, "a diagnosis", 1);

static const struct case_field treatment_fields[] = {
    PLAIN("id", CASE_ID),
    WORD("kind", WORDS("physical-therapy", "exercise", "chiropractic", "acupuncture", "cbt",
                       "massage", "injection", "medication", "activity-modification",
                       "psychotherapy", "regenerative", "surgery", "other")),
    TEXT("class"), CODE("code"), TEXT("text"), WORD("status", courses),
    OBJECT("period", case_shape_range), WHOLE("sessions", 0, 1e6),
    OBJECT("dose", case_shape_quantity), NUMBER("frequencyPerDay", 0, 1e4), TEXT("route"),
    OBJECT("bodySite", site), OBJECT("outcome", outcome), OBJECT("reasonStopped", stop), RECORD};
SHAPE(treatment, "a treatment", 1);

static const struct case_field procedure_fields[] = {
    PLAIN("id", CASE_ID), CODE("code"), TEXT("kind"), WORD("status", courses),
    WHEN("performed"), WORD("purpose", purposes), PLAIN("modifier", CASE_TEXTS),
    OBJECT("bodySite", site), TEXT("guidance"), PLAIN("agent", CASE_TEXTS),
    OBJECT("outcome", outcome), TEXT("complication"), TEXT("text"), RECORD};
SHAPE(procedure, "a procedure", 1);

static const struct case_field trial_fields[] = {
    PLAIN("id", CASE_ID),
    WORD("kind", WORDS("intrathecal-catheter", "epidural-catheter", "spinal-cord-stimulator",
                       "other")),
    TEXT("agent"), OBJECT("period", case_shape_range), OBJECT("outcome", outcome),
    WORD("sideEffects", WORDS("acceptable", "unacceptable", "none")), TEXT("text"), RECORD};
SHAPE(trial, "a trial", 1);

static const struct case_field observation_fields[] = {
    PLAIN("id", CASE_ID), TEXT("name"), CODE("code"), WHEN("effective"),
    OBJECT("value", case_shape_value), OBJECT("bodySite", site), TEXT("status"), TEXT("text"),
    RECORD};
SHAPE(observation, "an observation", 1);

static const struct case_field image_finding_fields[] = {
    TEXT("finding"), TEXT("level"), WORD("laterality", sides), TEXT("nerveRoot"),
    TEXT("severity"), PLAIN("src", CASE_SRC)};
SHAPE(image_finding, "a finding", 0);

static const struct case_field imaging_fields[] = {
    PLAIN("id", CASE_ID),
    WORD("modality", WORDS("MR", "CT", "XR", "US", "NM", "EMG", "other")),
    CODE("code"), WHEN("effective"), OBJECT("bodySite", site), TEXT("conclusion"),
    LIST("findings", image_finding), RECORD};
SHAPE(imaging, "an imaging study", 1);

static const struct case_field examination_fields[] = {
    PLAIN("id", CASE_ID),
    WORD("name", WORDS("straight-leg-raise", "sensory-loss", "motor-weakness", "reflex-change",
                       "gait", "other")),
    WORD("result", WORDS("positive", "negative")), TEXT("level"), WORD("laterality", sides),
    WHEN("effective"), TEXT("text"), RECORD};
SHAPE(examination, "an examination", 1);

static const struct case_field evaluator_fields[] = {TEXT("specialty"), TEXT("npi"),
                                                     TEXT("name")};
SHAPE(evaluator, "an evaluator", 0);

static const struct case_field evaluation_fields[] = {
    PLAIN("id", CASE_ID),
    WORD("kind", WORDS("psychological", "functional", "multidisciplinary", "surgical")),
    WHEN("performed"), OBJECT("evaluator", evaluator), WORD("conclusion", conclusions),
    TEXT("text"), RECORD};
SHAPE(evaluation, "an evaluation", 1);

static const struct case_field goal_fields[] = {
    PLAIN("id", CASE_ID),
    WORD("kind", WORDS("functional", "return-to-work", "taper", "motivation")), TEXT("text"),
    RECORD};
SHAPE(goal, "a goal", 1);

static const struct case_field drug_fields[] = {
    TEXT("name"), OBJECT("concentration", case_shape_quantity),
    OBJECT("daily", case_shape_quantity)};
SHAPE(drug, "a drug", 0);

static const struct case_field device_fields[] = {
    PLAIN("id", CASE_ID),
    WORD("kind", WORDS("intrathecal-pump", "spinal-cord-stimulator", "other")), TEXT("model"),
    DATE("implanted"), DATE("explanted"),
    WORD("status", WORDS("in-use", "removed", "malfunction", "unknown")),
    NUMBER("reservoirMl", 0, 1e4), LIST("drugs", drug), DATE("lastRefill"), DATE("nextRefill"),
    DATE("alarmDate"), TEXT("fault"), RECORD};
SHAPE(device, "a device", 1);

static const struct case_field program_fields[] = {
    PLAIN("id", CASE_ID), WORD("kind", WORDS("pain-rehabilitation", "work-hardening", "other")),
    WORD("status", WORDS("planned", "in-progress", "completed", "stopped")),
    OBJECT("period", case_shape_range), NUMBER("daysDone", 0, 1e5), NUMBER("hoursDone", 0, 1e5),
    NUMBER("requestedDays", 0, 1e5), NUMBER("requestedHours", 0, 1e5),
    NUMBER("hoursPerDay", 0, 24), TEXT("accreditation"), OBJECT("outcome", outcome), TEXT("text"),
    RECORD};
SHAPE(program, "a program", 1);

static const struct case_field statement_fields[] = {
    PLAIN("id", CASE_ID),
    WORD("topic", WORDS("motivation", "secondary-gain", "surgery-option", "expectations", "cause",
                        "home-support", "mental-health", "prognosis", "other")),
    TEXT("value"), WORD("by", parties), DATE("date"), TEXT("text"), RECORD};
SHAPE(statement, "a statement", 1);

static const struct case_field reviewer_fields[] = {TEXT("role"), TEXT("specialty"),
                                                    TEXT("name")};
SHAPE(reviewer, "a reviewer", 0);

static const struct case_field review_fields[] = {
    PLAIN("id", CASE_ID),
    WORD("level", WORDS("initial", "reconsideration", "appeal", "external", "imr", "hearing")),
    DATE("decided"), OBJECT("by", reviewer),
    WORD("outcome", WORDS("approved", "denied", "modified", "upheld", "overturned", "partial")),
    PLAIN("reasons", CASE_TEXTS), TEXT("guideline"), PLAIN("lines", CASE_WHOLES), RECORD};
SHAPE(review, "a review", 1);

static const struct case_field document_fields[] = {
    PLAIN("id", CASE_ID), CODE("type"), TEXT("title"), DATE("date"), TEXT("author"),
    TEXT("contentType"), WHOLE("bytes", 0, 9e15), PLAIN("sha256", CASE_NAME), TEXT("text"),
    WORD("textOrigin", WORDS("inline", "extracted")),
    WORD("state", WORDS("in-packet", "mentioned", "requested", "received-not-reviewed")),
    RECORD_WITHOUT_SRC, PLAIN("src", CASE_SRC)};
SHAPE(document, "a document", 0);

static const struct case_field history_fields[] = {
    PLAIN("id", CASE_ID), TEXT("code"), TEXT("system"), WHEN("performed"),
    WORD("purpose", purposes), PLAIN("modifier", CASE_TEXTS), NUMBER("units", 0, 1e9),
    TEXT("provider"), OBJECT("bodySite", site), RECORD};
SHAPE(history, "a paid service", 1);

/* what stands beside the records */

static const struct case_field answer_fields[] = {
    FIELD("value", CASE_ANSWER, CASE_REQUIRED, NULL, NULL, 0, 0),
    WORD("type", WORDS("boolean", "integer", "decimal", "date", "dateTime", "string", "text",
                       "coding", "choice", "quantity")),
    WORD("origin", WORDS("auto-client", "auto-server", "override", "manual")),
    MUST("src", CASE_SRC)};
SHAPE(answer, "an answer", 2);

static const struct case_field annotation_fields[] = {
    PLAIN("id", CASE_ID), MUST("target", CASE_NAME),
    FIELD("set", CASE_SET, CASE_REQUIRED, NULL, NULL, 0, 0), MUST("src", CASE_SRC)};
SHAPE(annotation, "an annotation", 3);

static const struct case_field source_fields[] = {
    WORD("kind", WORDS("claim", "order", "ehr", "questionnaire", "document", "reviewer",
                       "payer-history", "cli")),
    TEXT("ref"), TEXT("path"), TEXT("questionnaire"),
    WORD("origin", WORDS("stated", "confirmed", "extracted", "auto-client", "auto-server",
                         "override", "manual")),
    TEXT("author"), TEXT("by"), PLAIN("at", CASE_DATE), PLAIN("doc", CASE_NAME),
    PLAIN("span", CASE_SPAN), PLAIN("quote", CASE_NAME)};
SHAPE(source, "a source", 0);

static const struct case_field since_fields[] = {MUST("from", CASE_DATE),
                                                 MUST("src", CASE_SRC)};
SHAPE(since, "a statement of completeness", 2);

static const struct case_field unmapped_fields[] = {TEXT("ref"), TEXT("reason")};
SHAPE(unmapped, "an unmapped part", 0);

static const struct case_field issue_fields[] = {
    WORD("severity", WORDS("information", "warning", "error", "fatal")), TEXT("code"),
    TEXT("ref"), TEXT("text")};
SHAPE(issue, "an issue", 0);

static const struct case_field root_fields[] = {
    [CASE_ROOT_SCHEMA] =
        FIELD("schema", CASE_WORD, CASE_REQUIRED, WORDS("rubric-case/1"), NULL, 0, 0),
    [CASE_ROOT_CASE_ID] = MUST("caseId", CASE_NAME),
    [CASE_ROOT_KIND] = WORD("kind", WORDS("prior-authorization", "utilization-review",
                       "independent-medical-review")),
    [CASE_ROOT_CHANNEL] = WORD("channel", WORDS("fhir-pas", "cds-hooks", "cli", "batch", "imr")),
    [CASE_ROOT_RECEIVED] = PLAIN("received", CASE_INSTANT),
    [CASE_ROOT_AS_OF] = PLAIN("asOf", CASE_DAY),
    [CASE_ROOT_DUE_BY] = PLAIN("dueBy", CASE_INSTANT),
    [CASE_ROOT_REQUEST] = FIELD("request", CASE_OBJECT, CASE_REQUIRED, NULL, &request, 0, 0),
    [CASE_ROOT_PATIENT] = OBJECT("patient", patient),
    [CASE_ROOT_COVERAGE] = OBJECT("coverage", coverage),
    [CASE_ROOT_DIAGNOSES] = LIST("diagnoses", diagnosis),
    [CASE_ROOT_TREATMENTS] = LIST("treatments", treatment),
    [CASE_ROOT_PROCEDURES] = LIST("procedures", procedure),
    [CASE_ROOT_TRIALS] = LIST("trials", trial),
    [CASE_ROOT_OBSERVATIONS] = LIST("observations", observation),
    [CASE_ROOT_IMAGING] = LIST("imaging", imaging),
    [CASE_ROOT_EXAMINATION] = LIST("examination", examination),
    [CASE_ROOT_EVALUATIONS] = LIST("evaluations", evaluation),
    [CASE_ROOT_GOALS] = LIST("goals", goal),
    [CASE_ROOT_ANSWERS] = MAP("answers", answer),
    [CASE_ROOT_ANNOTATIONS] = LIST("annotations", annotation),
    [CASE_ROOT_DOCUMENTS] = LIST("documents", document),
    [CASE_ROOT_HISTORY] = LIST("history", history),
    [CASE_ROOT_SOURCES] = MAP("sources", source),
    [CASE_ROOT_DEVICES] = LIST("devices", device),
    [CASE_ROOT_PROGRAMS] = LIST("programs", program),
    [CASE_ROOT_STATEMENTS] = LIST("statements", statement),
    [CASE_ROOT_REVIEWS] = LIST("reviews", review),
    [CASE_ROOT_CONDITIONS_COVERED] = OBJECT("conditions_covered", scope),
    [CASE_ROOT_COMPLETE] = MAP("complete", since),
    [CASE_ROOT_UNMAPPED] = LIST("unmapped", unmapped),
    [CASE_ROOT_ISSUES] = LIST("issues", issue)};
const struct case_shape case_shape_root = SHAPE_OF(root_fields, "the case document", 3);

static const struct {
    const char *name;
    enum case_root root;
} lists[CASE_LISTS] = {
    [CASE_LINES] = {"request.lines", CASE_ROOT_REQUEST},
    [CASE_DIAGNOSES] = {"diagnoses", CASE_ROOT_DIAGNOSES},
    [CASE_TREATMENTS] = {"treatments", CASE_ROOT_TREATMENTS},
    [CASE_PROCEDURES] = {"procedures", CASE_ROOT_PROCEDURES},
    [CASE_TRIALS] = {"trials", CASE_ROOT_TRIALS},
    [CASE_OBSERVATIONS] = {"observations", CASE_ROOT_OBSERVATIONS},
    [CASE_IMAGING] = {"imaging", CASE_ROOT_IMAGING},
    [CASE_EXAMINATION] = {"examination", CASE_ROOT_EXAMINATION},
    [CASE_EVALUATIONS] = {"evaluations", CASE_ROOT_EVALUATIONS},
    [CASE_GOALS] = {"goals", CASE_ROOT_GOALS},
    [CASE_DEVICES] = {"devices", CASE_ROOT_DEVICES},
    [CASE_PROGRAMS] = {"programs", CASE_ROOT_PROGRAMS},
    [CASE_STATEMENTS] = {"statements", CASE_ROOT_STATEMENTS},
    [CASE_REVIEWS] = {"reviews", CASE_ROOT_REVIEWS},
    [CASE_DOCUMENTS] = {"documents", CASE_ROOT_DOCUMENTS},
    [CASE_HISTORY] = {"history", CASE_ROOT_HISTORY},
};

enum case_list case_root_list(enum case_root root)
{
    static const uint8_t at_root[CASE_ROOTS] = {
        [CASE_ROOT_DIAGNOSES] = CASE_DIAGNOSES,     [CASE_ROOT_TREATMENTS] = CASE_TREATMENTS,
        [CASE_ROOT_PROCEDURES] = CASE_PROCEDURES,   [CASE_ROOT_TRIALS] = CASE_TRIALS,
        [CASE_ROOT_OBSERVATIONS] = CASE_OBSERVATIONS, [CASE_ROOT_IMAGING] = CASE_IMAGING,
        [CASE_ROOT_EXAMINATION] = CASE_EXAMINATION, [CASE_ROOT_EVALUATIONS] = CASE_EVALUATIONS,
        [CASE_ROOT_GOALS] = CASE_GOALS,             [CASE_ROOT_DEVICES] = CASE_DEVICES,
        [CASE_ROOT_PROGRAMS] = CASE_PROGRAMS,       [CASE_ROOT_STATEMENTS] = CASE_STATEMENTS,
        [CASE_ROOT_REVIEWS] = CASE_REVIEWS,         [CASE_ROOT_DOCUMENTS] = CASE_DOCUMENTS,
        [CASE_ROOT_HISTORY] = CASE_HISTORY};

    return at_root[root] == CASE_LINES ? CASE_LISTS : (enum case_list)at_root[root];
}

enum case_root case_list_root(enum case_list list)
{
    return lists[list].root;
}

const struct case_shape *case_list_shape(enum case_list list)
{
    return list == CASE_LINES ? &line : root_fields[lists[list].root].shape;
}

const char *case_list_name(enum case_list list)
{
    return list < CASE_LISTS ? lists[list].name : "";
}

enum case_list case_list_named(struct str name)
{
    unsigned list = 0;

    while (list < CASE_LISTS && !str_is(name, lists[list].name))
        list++;
    return (enum case_list)list;
}

/* The field of this name among those of a run; NULL if it is not there. */
static const struct case_field *find_between(const struct case_field *field,
                                             const struct case_field *end, struct str name)
{
    for (; field < end; field++)
        if (field->len == name.len && field->name[0] == name.at[0] &&
            memcmp(field->name, name.at, name.len) == 0)
            return field;
    return NULL;
}

const struct case_field *case_shape_find(const struct case_shape *shape, struct str name,
                                         unsigned *at)
{
    const struct case_field *start = shape->fields + *at;
    const struct case_field *end = shape->fields + shape->count;
    const struct case_field *field = find_between(start, end, name);

    if (field == NULL)
        field = find_between(shape->fields, start, name);
    if (field != NULL)
        *at = (unsigned)(field - shape->fields) + 1;
    return field;
}
