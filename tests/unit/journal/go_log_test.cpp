#include <gtest/gtest.h>

#include "journal/go_log.hpp"

namespace k8s_node {
namespace {

struct Form {
    const char* name;
    const char* line;
    LogWeight weight;
    const char* text;
};

class GoLog : public testing::TestWithParam<Form> {};

TEST_P(GoLog, IsUnderstood) {
    const auto& form = GetParam();
    EXPECT_EQ(read_log_line(form.line), (LogLine{form.weight, form.text}));
}

INSTANTIATE_TEST_SUITE_P(
    Forms, GoLog,
    testing::Values(
        Form{"Klog", "F1126 12:00:00.123456       1 server.go:12] no such file", LogWeight::fatal,
             "no such file"},
        Form{"KlogStructured",
             R"(E1126 12:00:00.123456     211 run.go:72] "command failed" err="failed to run )"
             R"(Kubelet: no \"cpu\" controller" pod="x")",
             LogWeight::error, R"(command failed: failed to run Kubelet: no "cpu" controller)"},
        Form{"KlogInformation", "I1126 12:00:00.123456       1 server.go:12] no error",
             LogWeight::other, ""},
        Form{"Zap",
             R"({"level":"fatal","ts":"2026-11-26T12:00:00.1Z","caller":"etcdmain/etcd.go:2",)"
             R"("msg":"discovery failed","error":"listen tcp 127.0.0.1:2379: in use","stack":"x"})",
             LogWeight::fatal, "discovery failed: listen tcp 127.0.0.1:2379: in use"},
        Form{"ZapInformation", R"({"level":"info","msg":"fine","error":"none"})", LogWeight::other,
             ""},
        Form{"Slog", R"({"time":"2026-11-26T12:00:00Z","level":"ERROR","msg":"boom","err":"x"})",
             LogWeight::error, "boom: x"},
        Form{"KlogJson", R"({"ts":1.5,"caller":"x.go:1","msg":"command failed","err":"x"})",
             LogWeight::error, "command failed: x"},
        Form{"Logrus",
             R"(time="2026-11-26T12:00:00Z" level=fatal msg="failed to start" error="no space")",
             LogWeight::fatal, "failed to start: no space"},
        Form{"LogrusBare", "time=2026-11-26 level=error msg=oops", LogWeight::error, "oops"},
        Form{"Panic", "panic: runtime error: index out of range [3] with length 2",
             LogWeight::fatal, "panic: runtime error: index out of range [3] with length 2"},
        Form{"Cobra", "Error: unknown flag: --advertise-adress", LogWeight::fatal,
             "unknown flag: --advertise-adress"},
        Form{"BrokenJson", R"({"level":"fatal","msg":)", LogWeight::other, ""},
        Form{"Plain", "kubelet.service: Main process exited, code=exited, status=1/FAILURE",
             LogWeight::other, ""}),
    [](const auto& test) { return test.param.name; });

TEST(FailureReasons, TheLastOfTheWeightiestExplains) {
    FailureReason reason;
    for (const auto* line : {"kubelet.service: Failed with result 'exit-code'.",
                             "E1126 12:00:00.1       1 run.go:72] \"command failed\" err=\"late\"",
                             "E1126 12:00:00.0       1 cni.go:3] early"}) {
        reason.see(line); // from the last one to the first
    }
    EXPECT_EQ(reason.text(), "command failed: late");
    reason.see("Error: unknown flag: --x");
    EXPECT_EQ(reason.text(), "unknown flag: --x");
}

TEST(GoStackLine, IsNotEvidenceButTheReasonIs) {
    EXPECT_TRUE(is_go_stack_line("goroutine 72 [select]:"));
    EXPECT_TRUE(is_go_stack_line("\t/usr/lib/go-1.19/src/runtime/proc.go:363 +0xd6"));
    EXPECT_TRUE(is_go_stack_line("created by k8s.io/klog/v2.init.0"));
    EXPECT_TRUE(is_go_stack_line(
        "k8s.io/kubernetes/cmd/kubelet/app.run({0x4691970, 0xc00011d840}, 0xc0000c9500)"));
    EXPECT_TRUE(is_go_stack_line("panic({0x1c5e2a0?, 0xc0006a2018?})"));
    EXPECT_TRUE(is_go_stack_line("syscall.Syscall(0x1, 0x2, 0x3)"));
    EXPECT_TRUE(is_go_stack_line("[signal SIGSEGV: segmentation violation code=0x1 addr=0x0]"));
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
    EXPECT_TRUE(is_usage_line("Flags:"));
    EXPECT_FALSE(is_usage_line("Error: unknown flag: --advertise-address"));
    EXPECT_FALSE(is_usage_line("--etcd-servers must be specified"));
    EXPECT_FALSE(is_usage_line(""));
}

} // namespace
} // namespace k8s_node
