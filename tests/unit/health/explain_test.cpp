#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <sys/wait.h>
#include <unistd.h>

#include <gtest/gtest.h>

#include "health/explain.hpp"
#include "unit/support/temporary_directory.hpp"

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
              "HTTP 200, but the response does not contain \"\"health\":\"true\"\": "
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

/// What a process of another user is told; the test itself may be root, whom
/// nothing keeps out.
std::string told_to_nobody(const std::string& path) {
    std::array<int, 2> pipe{};
    EXPECT_EQ(::pipe(pipe.data()), 0);
    const auto child = ::fork();
    if (child == 0) {
        constexpr uid_t nobody = 65534;
        const bool changed = ::setresuid(nobody, nobody, nobody) == 0;
        const auto text = changed ? explain_certificates_file(path) : "";
        ::_exit(::write(pipe[1], text.data(), text.size()) < 0 ? 1 : 0);
    }
    ::close(pipe[1]);
    std::string text(4096, '\0');
    text.resize(
        static_cast<std::size_t>(std::max<ssize_t>(::read(pipe[0], text.data(), text.size()), 0)));
    ::close(pipe[0]);
    ::waitpid(child, nullptr, 0);
    return text;
}

TEST(CertificatesFile, NamesTheDirectoryThatKeepsAServiceOut) {
    if (::geteuid() != 0) {
        GTEST_SKIP() << "only root can be another user";
    }
    const test::TemporaryDirectory directory;
    directory.write("/kubernetes/pki/ca.crt", "");
    const auto place = directory.path() / "kubernetes";
    std::filesystem::permissions(directory.path(), std::filesystem::perms(0755));
    const auto file = (place / "pki/ca.crt").string();
    std::filesystem::permissions(place, std::filesystem::perms(0700));
    EXPECT_EQ(told_to_nobody(file),
              file + " cannot be read: the mode or owner of directory " + place.string() +
                  " denies access to user 65534; 'k8s-node-install install' corrects it");
    std::filesystem::permissions(place, std::filesystem::perms(0755));
    EXPECT_EQ(told_to_nobody(file), file + " contains no certificate");
    EXPECT_EQ(told_to_nobody(file + "x"), file + "x is missing");
}

} // namespace
} // namespace k8s_node
