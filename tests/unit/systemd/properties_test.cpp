#include <csignal>

#include <gtest/gtest.h>

#include "systemd/properties.hpp"

namespace k8s_node {
namespace {

TEST(Properties, AMissingOneIsEmpty) {
    PropertyMap map;
    map.set("ActiveState", std::string("active"));
    EXPECT_EQ(map.get<std::string>("ActiveState"), "active");
    EXPECT_EQ(map.get<std::string>("SubState"), "");
    EXPECT_FALSE(map.get<bool>("ActiveState"));
}

TEST(Properties, ThePathOfAUnitIsEscaped) {
    EXPECT_EQ(unit_path("kube-apiserver.service"),
              "/org/freedesktop/systemd1/unit/kube_2dapiserver_2eservice");
}

CommandRun run(const char* text, std::uint64_t ended, int code, int status) {
    return {text, ended, {code, status}, false};
}

TEST(FirstFailedCommand, IsTheOneThatEndedFirst) {
    const std::vector runs = {run("ExecStart=service", 20, CLD_KILLED, SIGTERM),
                              run("ExecStartPost=probe", 10, CLD_EXITED, 8)};
    EXPECT_EQ(first_failed(runs)->text, "ExecStartPost=probe");
}

TEST(FirstFailedCommand, SuccessAndWhatHasNotRunDoNotCount) {
    EXPECT_EQ(first_failed({run("ExecStartPre=true", 5, CLD_EXITED, 0),
                            run("ExecStartPost=later", 0, 0, 0)}),
              std::nullopt);
}

TEST(FirstFailedCommand, AnIgnoredFailureIsNotTheReason) {
    auto ignored = run("ExecStartPre=-false", 5, CLD_EXITED, 1);
    ignored.failure_ignored = true;
    EXPECT_EQ(first_failed({ignored, run("ExecStart=x", 9, CLD_EXITED, 2)})->text, "ExecStart=x");
}

} // namespace
} // namespace k8s_node
