#include <cerrno>

#include <gtest/gtest.h>

#include "health/explain.hpp"

namespace k8s_node {
namespace {

TEST(Judge, ExpectedStatusIsAYes) {
    EXPECT_TRUE(judge_answer(Probe{}, 200, "ok").ok);
}

TEST(Judge, AnotherStatusCanBeExpected) {
    Probe probe;
    probe.expected_status = 401;
    EXPECT_TRUE(judge_answer(probe, 401, "").ok);
    EXPECT_EQ(judge_answer(probe, 200, ""), (Attempt{false, "HTTP 200"}));
}

TEST(Judge, FailedChecksOfAVerboseAnswerAreNamed) {
    const auto* body = "[+]ping ok\n[-]etcd failed: reason withheld\n[+]log ok\n"
                       "[-]poststarthook/rbac/bootstrap-roles failed: not finished\n"
                       "readyz check failed\n";
    EXPECT_EQ(
        judge_answer(Probe{}, 500, body).reason,
        "HTTP 500: [-]etcd failed, [-]poststarthook/rbac/bootstrap-roles failed: not finished");
}

TEST(Judge, ManyFailedChecksAreCounted) {
    EXPECT_EQ(judge_answer(Probe{}, 500, "[-]a\n[-]b\n[-]c\n[-]d\n[-]e\n[-]f\n").reason,
              "HTTP 500: [-]a, [-]b, [-]c, [-]d, 2 more");
}

TEST(Judge, AnyOtherAnswerIsQuotedOnOneLine) {
    EXPECT_EQ(judge_answer(Probe{}, 403, "{\n  \"message\": \"no\"\n}\n").reason,
              "HTTP 403: { \"message\": \"no\" }");
    EXPECT_EQ(judge_answer(Probe{}, 503, "").reason, "HTTP 503");
}

TEST(Judge, AStrangersAnswerIsCutAndHarmless) {
    const auto reason = judge_answer(Probe{}, 500, "\x1b[31m" + std::string(5000, 'x')).reason;
    EXPECT_EQ(reason.find('\x1b'), std::string::npos);
    EXPECT_LT(reason.size(), 250U);
}

TEST(Judge, TextInTheAnswerCanBeWanted) {
    Probe probe;
    probe.body_contains = "\"health\":\"true\"";
    EXPECT_TRUE(judge_answer(probe, 200, "{\"health\":\"true\"}").ok);
    EXPECT_EQ(judge_answer(probe, 200, "{\"health\":\"false\"}").reason,
              "HTTP 200, but the answer does not contain \"\"health\":\"true\"\": "
              "{\"health\":\"false\"}");
}

TEST(Explain, ErrnoReadsOnInASentence) {
    EXPECT_EQ(explain_errno(ECONNREFUSED), "connection refused");
    EXPECT_EQ(explain_errno(EHOSTUNREACH), "no route to host");
}

TEST(Explain, OpensslPrefixesAreLeftOut) {
    EXPECT_EQ(
        without_openssl_prefix(
            "OpenSSL SSL_read: error:0A00045C:SSL routines::tlsv13 alert certificate required"),
        "tlsv13 alert certificate required");
    EXPECT_EQ(without_openssl_prefix("plain"), "plain");
}

} // namespace
} // namespace k8s_node
