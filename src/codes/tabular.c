/*
 * tabular.c - one order for the codes of several releases; see tabular.h.
 *
 * The merged order is a doubly linked list over an array of nodes, with a hash
 * from code to node. The newest release fills it; a code that only an older
 * release has is then put behind the subtree that preceded it there.
 */
#include "codes/tabular.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "codes/index.h"

#define NOWHERE UINT32_MAX

struct node {
    code_key key;
    uint32_t before, after;
};

struct merge {
    struct node *nodes; /* nodes[0] is the head: no code */
    uint32_t count;
    uint32_t *slots; /* node + 1 */
    uint32_t mask;
};

static uint32_t slot_of(const struct merge *merge, code_key key)
{
    uint32_t at = index_slot(index_mixed(0, key), merge->mask);

    while (merge->slots[at] != 0 && merge->nodes[merge->slots[at] - 1].key != key)
        at = (at + 1) & merge->mask;
    return at;
}

static uint32_t find(const struct merge *merge, code_key key)
{
    return merge->slots[slot_of(merge, key)] - 1;
}

static uint32_t insert_after(struct merge *merge, uint32_t place, code_key key)
{
    uint32_t made = merge->count++;
    uint32_t after = merge->nodes[place].after;

    merge->nodes[made] = (struct node){key, place, after};
    merge->nodes[place].after = made;
    if (after != NOWHERE)
        merge->nodes[after].before = made;
    merge->slots[slot_of(merge, key)] = made + 1;
    return made;
}

/* The last node of the run that begins with place's code. */
static uint32_t subtree_last(const struct merge *merge, uint32_t place)
{
    code_key key = merge->nodes[place].key;
    uint32_t after = merge->nodes[place].after;

    while (after != NOWHERE && code_key_under(merge->nodes[after].key, key)) {
        place = after;
        after = merge->nodes[place].after;
    }
    return place;
}

/* The shortest code in the list that is longer than least and begins key. */
static uint32_t ancestor_below(const struct merge *merge, code_key key, size_t least)
{
    size_t len = code_key_len(key);

    for (size_t cut = least + 1; cut <= len; cut++) {
        uint32_t found = find(merge, code_key_cut(key, cut));

        if (found != NOWHERE)
            return found;
    }
    return NOWHERE;
}

static size_t parent_len(const struct merge *merge, code_key key)
{
    for (size_t cut = code_key_len(key) - 1; cut >= 1; cut--) {
        if (find(merge, code_key_cut(key, cut)) != NOWHERE)
            return cut;
    }
    return 0;
}

/* Puts a code that only an older release has behind what preceded it there;
 * next is what followed it, or 0. */
static void insert_old(struct merge *merge, uint32_t previous, code_key key, code_key next)
{
    uint32_t child = next != 0 && code_key_under(next, key) ? find(merge, next) : NOWHERE;
    size_t len = parent_len(merge, key);
    uint32_t sibling;

    if (child != NOWHERE) { /* a header that later releases dropped, children kept */
        while (code_key_under(merge->nodes[merge->nodes[child].before].key, key))
            child = merge->nodes[child].before;
        insert_after(merge, merge->nodes[child].before, key);
        return;
    }
    sibling = previous == 0 ? NOWHERE : ancestor_below(merge, merge->nodes[previous].key, len);
    if (sibling != NOWHERE && code_key_cut(merge->nodes[sibling].key, len) ==
                                  code_key_cut(key, len)) {
        insert_after(merge, subtree_last(merge, sibling), key);
        return;
    }
    insert_after(merge, len == 0 ? 0 : find(merge, code_key_cut(key, len)), key);
}

static void add_list(struct merge *merge, const struct tabular_list *list, bool newest)
{
    uint32_t previous = 0;

    for (size_t i = 0; i < list->count; i++) {
        code_key key = list->keys[i];
        uint32_t place = find(merge, key);

        if (place == NOWHERE && newest)
            place = insert_after(merge, previous, key);
        else if (place == NOWHERE)
            insert_old(merge, previous, key, i + 1 < list->count ? list->keys[i + 1] : 0);
        previous = find(merge, key);
    }
}

void tabular_ends(const code_key *order, size_t count, uint32_t *ends)
{
    uint32_t open[9]; /* the runs that hold this place; a code has 8 bytes at most */
    size_t depth = 0;

    for (size_t i = 0; i < count; i++) {
        while (depth > 0 && !code_key_under(order[i], order[open[depth - 1]]))
            ends[open[--depth]] = (uint32_t)i;
        ends[i] = (uint32_t)i + 1;
        assert(depth < 9);
        open[depth++] = (uint32_t)i;
    }
    while (depth > 0)
        ends[open[--depth]] = (uint32_t)count;
}

/* The first code of the order that stands outside the run of its ancestor. */
static bool runs_whole(const struct merge *merge, const code_key *order, size_t count,
                       struct err *err)
{
    uint32_t *ends = malloc((count + 1) * sizeof *ends);
    uint32_t *place = malloc((merge->count + 1) * sizeof *place);
    bool whole = ends != NULL && place != NULL;

    if (!whole)
        err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for the order of codes");
    if (whole)
        tabular_ends(order, count, ends);
    for (size_t i = 0; whole && i < count; i++)
        place[find(merge, order[i])] = (uint32_t)i;
    for (size_t i = 0; whole && i < count; i++) {
        size_t len = parent_len(merge, order[i]);
        uint32_t parent = len == 0 ? 0 : place[find(merge, code_key_cut(order[i], len))];
        char text[CODE_TEXT];

        if (len == 0 || (parent < i && ends[parent] > i))
            continue;
        code_unpack(order[i], text);
        err_set(err, ERR_INPUT, "codes-order", "code %s stands outside its category's run", text);
        err_help(err, "the file is not in tabular order, or two releases contradict each other: "
                      "see `rubric codes releases`");
        whole = false;
    }
    free(ends);
    free(place);
    return whole;
}

static bool merge_make(struct merge *merge, size_t room)
{
    uint32_t slots = 16;

    while (slots < room * 2)
        slots *= 2;
    merge->nodes = malloc((room + 1) * sizeof *merge->nodes);
    merge->slots = calloc(slots, sizeof *merge->slots);
    merge->mask = slots - 1;
    if (merge->nodes == NULL || merge->slots == NULL)
        return false;
    merge->nodes[0] = (struct node){0, NOWHERE, NOWHERE};
    merge->count = 1;
    return true;
}

bool tabular_merge(const struct tabular_list *lists, size_t list_count, code_key **order,
                   size_t *count, struct err *err)
{
    struct merge merge = {0};
    size_t room = 0;
    bool done = false;

    for (size_t i = 0; i < list_count; i++)
        room += lists[i].count;
    *count = 0;
    *order = malloc((room + 1) * sizeof **order);
    if (*order == NULL || !merge_make(&merge, room)) {
        err_set(err, ERR_MEMORY, "codes-memory", "not enough memory for the order of codes");
        goto done;
    }
    for (size_t i = list_count; i-- > 0;)
        add_list(&merge, &lists[i], i == list_count - 1);
    for (uint32_t at = merge.nodes[0].after; at != NOWHERE; at = merge.nodes[at].after)
        (*order)[(*count)++] = merge.nodes[at].key;
    done = runs_whole(&merge, *order, *count, err);
done:
    free(merge.nodes);
    free(merge.slots);
    if (!done) {
        free(*order);
        *order = NULL;
    }
    return done;
}
