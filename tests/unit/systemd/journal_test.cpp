#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "systemd/journal.hpp"
#include "systemd/journal_sink.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;

TEST(JournalFields, CarryTheEvent) {
    const Event event{Priority::warning,
                      "etcd is slow",
                      "0123456789abcdef0123456789abcdef",
                      {{"K8S_NODE_PHASE", "start"}}};
    EXPECT_THAT(journal_fields(event),
                ElementsAre("MESSAGE=etcd is slow", "PRIORITY=4",
                            "SYSLOG_IDENTIFIER=k8s-node-install",
                            "MESSAGE_ID=0123456789abcdef0123456789abcdef", "K8S_NODE_PHASE=start"));
}

TEST(JournalFields, NamesThatTheJournalRefusesAreLeftOut) {
    const Event event{Priority::info,
                      "x",
                      {},
                      {{"_PID", "1"},
                       {"lower", "1"},
                       {"", "1"},
                       {"9X", "1"},
                       {"A=B", "1"},
                       {"OK_2", "multi\nline"}}};
    EXPECT_THAT(journal_fields(event),
                ElementsAre("MESSAGE=x", "PRIORITY=6", "SYSLOG_IDENTIFIER=k8s-node-install",
                            "OK_2=multi\nline"));
}

TEST(JournalLine, IsOneHarmlessLine) {
    EXPECT_EQ(printable_line("etcd", "no space"), "etcd: no space");
    EXPECT_EQ(printable_line("", "a\n\x1b[31mb"), "a  [31mb");
    EXPECT_LT(printable_line("x", std::string(100000, 'y')).size(), 1100U);
}

} // namespace

TEST(GoStackLine, IsNotEvidenceButTheReasonIs) {
    EXPECT_TRUE(is_go_stack_line("goroutine 72 [select]:"));
    EXPECT_TRUE(is_go_stack_line("\t/usr/lib/go-1.19/src/runtime/proc.go:363 +0xd6"));
    EXPECT_TRUE(is_go_stack_line("created by k8s.io/klog/v2.init.0"));
    EXPECT_TRUE(is_go_stack_line(
        "k8s.io/kubernetes/cmd/kubelet/app.run({0x4691970, 0xc00011d840}, 0xc0000c9500)"));
    EXPECT_FALSE(is_go_stack_line("F1123 00:24:25.761349     211 server.go:215] invalid "
                                  "configuration: ShutdownGracePeriod requires a feature gate"));
    EXPECT_FALSE(is_go_stack_line("panic: runtime error: index out of range [3] with length 2"));
    EXPECT_FALSE(is_go_stack_line("kubelet.service: Main process exited, code=exited, status=255"));
    EXPECT_FALSE(is_go_stack_line("Error: failed to open /etc/kubernetes/pki/ca.crt (not found)"));
}

TEST(UsageLine, IsNoReason) {
    EXPECT_TRUE(is_usage_line("      --skip-headers       If true, avoid header prefixes"));
    EXPECT_TRUE(is_usage_line("  -v, --v Level            number for the log level verbosity"));
    EXPECT_TRUE(is_usage_line("Metrics flags:"));
    EXPECT_FALSE(is_usage_line("Error: unknown flag: --advertise-address"));
    EXPECT_FALSE(is_usage_line("--etcd-servers must be specified"));
    EXPECT_FALSE(is_usage_line(""));
}

} // namespace k8s_node
