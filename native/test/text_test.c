#include "test.h"

#include <string.h>

static void cuts_and_says_so(void)
{
        char buffer[8];
        struct text t = text_over(buffer, sizeof buffer);
        text_add(&t, "123456");
        EXPECT(!t.cut);
        text_add(&t, "7");
        EXPECT(!t.cut);
        text_add(&t, "8");
        EXPECT(t.cut);
        EXPECT_TEXT("1234567", buffer);
}

static void cuts_a_long_word_in_its_middle(void)
{
        static const struct {
                const char *word;
                size_t left;
                const char *text;
        } rows[] = {
                {"short", 4, "short"},
                {"abcdefghijklmnopqrst", 4, "abcd ... pqrst"}, /* room for 14 of 20 */
                {"abc\xc3\xa4" "fghijklmnopqrst", 4, "abc ... pqrst"}, /* never half a character */
                {"abcdefghijklmn\xc3\xa4opst", 4, "abcd ... opst"},
                {"abcdefghijklmnopqrst", 16, "ab"},
                {"abcdefghijklmnopqrst", 40, ""},
        };
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                char buffer[19];
                struct text t = text_over(buffer, sizeof buffer);
                text_add_short(&t, rows[i].word, rows[i].left);
                EXPECT_TEXT(rows[i].text, buffer);
        }
}

static void writes_numbers(void)
{
        char buffer[128];
        struct text t = text_over(buffer, sizeof buffer);
        text_add_number(&t, 0);
        text_add_char(&t, ' ');
        text_add_number(&t, INT64_MIN);
        text_add_char(&t, ' ');
        text_add_number(&t, INT64_MAX);
        text_add_char(&t, ' ');
        text_add_padded(&t, 7, 3);
        EXPECT_TEXT("0 -9223372036854775808 9223372036854775807 007", buffer);
}

static void reads_numbers_within_their_maximum(void)
{
        static const struct {
                const char *text;
                int64_t max;
                int good;
                int64_t value;
        } rows[] = {
                {"0", 0, 1, 0},          {"", 10, 0, 0},        {"-1", 10, 0, 0},    {"+1", 10, 0, 0}, {"1x", 10, 0, 0},
                {" 1", 10, 0, 0},        {"10", 10, 1, 10},     {"11", 10, 0, 0},    {"7", 5, 0, 0},   {"1", 0, 0, 0},
                {"9223372036854775807", INT64_MAX, 1, INT64_MAX}, {"9223372036854775808", INT64_MAX, 0, 0},
                {"99999999999999999999", INT64_MAX, 0, 0},        {"007", 9, 1, 7},
        };
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                int64_t out = -77;
                int good = text_number(rows[i].text, rows[i].max, &out);
                if (good != rows[i].good || out != (good ? rows[i].value : -77))
                        fail(__FILE__, __LINE__, "\"%s\" up to %lld: %d, %lld", rows[i].text, (long long) rows[i].max, good,
                             (long long) out);
        }
}

static void escapes_json(void)
{
        char buffer[128];
        struct text t = text_over(buffer, sizeof buffer);
        text_add_json(&t, "a\"b\\c\nd\te\x01\x00 \xc3\xa4", 14);
        EXPECT_TEXT("a\\\"b\\\\c\\nd\\u0009e\\u0001\\u0000 \xc3\xa4", buffer);
}

static void says_dates(void)
{
        static const struct {
                int64_t seconds;
                const char *text;
        } rows[] = {
                {0, "1970-01-01T00:00:00Z"},           {951782399, "2000-02-28T23:59:59Z"},  {951782400, "2000-02-29T00:00:00Z"},
                {951868800, "2000-03-01T00:00:00Z"},   {1709164800, "2024-02-29T00:00:00Z"}, {4107542400, "2100-03-01T00:00:00Z"},
                {1767225599, "2025-12-31T23:59:59Z"},  {1767225600, "2026-01-01T00:00:00Z"},
        };
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
                char buffer[32];
                struct text t = text_over(buffer, sizeof buffer);
                text_add_time(&t, rows[i].seconds);
                EXPECT_TEXT(rows[i].text, buffer);
        }
}

static void compares(void)
{
        EXPECT(text_equal("", "") && text_equal("ab", "ab") && !text_equal("ab", "a") && !text_equal("a", "ab"));
        EXPECT_TEXT("rest", text_after("HOME=rest", "HOME="));
        EXPECT(text_after("HOM", "HOME=") == NULL);
}

static void knows_every_errno(void)
{
        EXPECT_TEXT("operation not permitted", errno_text(1));
        EXPECT_TEXT("no such file or directory", errno_text(2));
        EXPECT_TEXT("memory page has hardware error", errno_text(133));
        for (int e = -5; e < 5000; e++)
                if (!errno_text(e) || (e > 133 && strcmp(errno_text(e), "unknown error") != 0))
                        fail(__FILE__, __LINE__, "errno %d", e);
}

const struct test text_tests[] = {
        {"a text that does not fit is cut, and says so", cuts_and_says_so},
        {"a long word is cut in its middle", cuts_a_long_word_in_its_middle},
        {"numbers of every size are written", writes_numbers},
        {"a number is digits and no larger than its maximum", reads_numbers_within_their_maximum},
        {"JSON strings are escaped", escapes_json},
        {"dates keep the calendar", says_dates},
        {"texts are compared whole", compares},
        {"every errno has words", knows_every_errno},
        {NULL, NULL},
};
