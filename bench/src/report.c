#define _GNU_SOURCE
#include "bench.h"

#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

void open_series(struct series *series, const struct settings *settings, int parts, const char *const *part)
{
    memset(series, 0, sizeof *series);
    series->parts = parts;
    series->rounds = settings->rounds;
    for (int p = 0; p < parts; p++) {
        series->part[p] = part[p];
        for (int r = 0; r < settings->runtimes; r++)
            if ((series->ms[r][p] = calloc((size_t) settings->rounds, sizeof(double))) == NULL)
                fail("no memory for %d rounds", settings->rounds);
    }
}

void close_series(struct series *series)
{
    for (int r = 0; r < RUNTIMES; r++)
        for (int p = 0; p < series->parts; p++)
            free(series->ms[r][p]);
}

static int ascending(const void *left, const void *right)
{
    double a = *(const double *) left, b = *(const double *) right;
    return a < b ? -1 : a > b;
}

struct spread {
    double least, median, p90, most;
};

static double at(const double *sorted, int count, double share)
{
    double place = share * (count - 1);
    int below = (int) place;
    return below + 1 < count ? sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]) : sorted[below];
}

static struct spread spread_of(const double *values, int count)
{
    double *sorted = malloc((size_t) count * sizeof *sorted);
    if (sorted == NULL)
        fail("no memory for %d rounds", count);
    memcpy(sorted, values, (size_t) count * sizeof *sorted);
    qsort(sorted, (size_t) count, sizeof *sorted, ascending);
    struct spread spread = {sorted[0], at(sorted, count, 0.5), at(sorted, count, 0.9), sorted[count - 1]};
    free(sorted);
    return spread;
}

/* The median of the rounds' own quotients: what was slow for both in the same round cancels out. */
static double paired(const double *values, const double *base, int count)
{
    double *quotient = malloc((size_t) count * sizeof *quotient);
    if (quotient == NULL)
        fail("no memory for %d rounds", count);
    for (int i = 0; i < count; i++)
        quotient[i] = base[i] > 0 ? values[i] / base[i] : 0;
    double median = spread_of(quotient, count).median;
    free(quotient);
    return median;
}

static FILE *append(const char *path)
{
    FILE *file = fopen(path, "ae");
    if (file == NULL)
        fail("cannot append to %s: %s", path, strerror(errno));
    return file;
}

void report_line(const struct settings *settings, const char *format, ...)
{
    va_list words;
    va_start(words, format);
    vprintf(format, words);
    va_end(words);
    fflush(stdout);
    if (settings->markdown[0] != 0) {
        FILE *file = append(settings->markdown);
        va_start(words, format);
        vfprintf(file, format, words);
        va_end(words);
        fclose(file);
    }
}

void report_series(const struct settings *settings, const struct series *series, const char *scenario, int done)
{
    const struct runtime *runtime = settings->runtime;
    report_line(settings, "\n### %s%s\n\n%d rounds, taking turns", scenario, settings->idle_ms > 0 ? "-idle" : "", done);
    if (settings->idle_ms > 0)
        report_line(settings, ", %d ms idle before each call", settings->idle_ms);
    report_line(settings, "; milliseconds.\n\n| runtime | part | median | p90 | least | most | of %s's median | paired | failures |\n",
                runtime[0].name);
    report_line(settings, "|---|---|--:|--:|--:|--:|--:|--:|--:|\n");
    for (int p = 0; p < series->parts && done > 0; p++) {
        double base = spread_of(series->ms[0][p], done).median;
        for (int r = 0; r < settings->runtimes; r++) {
            struct spread spread = spread_of(series->ms[r][p], done);
            report_line(settings, "| %s | %s | %.3f | %.3f | %.3f | %.3f | %.3f | %.3f | %d |\n", runtime[r].name,
                        series->part[p], spread.median, spread.p90, spread.least, spread.most, spread.median / base,
                        paired(series->ms[r][p], series->ms[0][p], done), series->failures[r]);
        }
    }
    if (settings->samples[0] != 0) {
        FILE *file = append(settings->samples);
        for (int r = 0; r < settings->runtimes; r++)
            for (int p = 0; p < series->parts; p++)
                for (int i = 0; i < done; i++)
                    fprintf(file, "%s,%s,%s,%d,%.6f\n", scenario, runtime[r].name, series->part[p], i,
                            series->ms[r][p][i]);
        fclose(file);
    }
}
