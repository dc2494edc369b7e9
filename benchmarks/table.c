/* Runs a Turing machine from its table, one step at a time: ./table 1RB1LC_1RC1RB_1RD0LE_1LA1LD_1RZ0LA
   Prints the steps, the ones that are left, and the processor seconds that the run itself took. */
#include <stdio.h>
#include <string.h>
#include <time.h>

#define CELLS (1 << 16)

struct rule { unsigned char write, next; signed char move; };

static struct rule table[26][2];
static unsigned char tape[CELLS];

int main(int count, char **words)
{
    if (count != 2) return 2;
    const char *text = words[1];
    int states = (strlen(text) + 1) / 7;
    for (int q = 0; q < states; q++)
        for (int s = 0; s < 2; s++) {
            const char *rule = text + 7 * q + 3 * s;
            table[q][s] = (struct rule){rule[0] - '0', rule[2] - 'A', rule[1] == 'R' ? 1 : -1};
        }

    struct timespec begin, end;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
    int state = 0, head = CELLS / 2;
    long steps = 0;
    while (state < states) {
        struct rule rule = table[state][tape[head]];
        tape[head] = rule.write;
        head += rule.move;
        state = rule.next;
        steps++;
    }
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);

    long ones = 0;
    for (int at = 0; at < CELLS; at++) ones += tape[at];
    double seconds = (end.tv_sec - begin.tv_sec) + (end.tv_nsec - begin.tv_nsec) / 1e9;
    printf("%ld %ld %.9f\n", steps, ones, seconds);
}
