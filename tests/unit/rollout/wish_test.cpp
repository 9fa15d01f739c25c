#include <gtest/gtest.h>

#include "rollout/wish.hpp"
#include "unit/rollout/cluster_model.hpp"

namespace k8s_node::rollout {
namespace {

TEST(Wish, IsReadAsItWasWritten) {
    auto wish = wish_for(3);
    wish.until = test_now;
    wish.state = State::stopped;
    wish.reason = "node m1: an unknown flag";
    wish.turns = {"w1", "w2"};
    EXPECT_EQ(read_wish(with_wish(Json::object(), wish)), wish);
}

TEST(Wish, AnObjectKeepsItsVersion) {
    const auto object = with_wish({{"metadata", {{"resourceVersion", "42"}}}}, wish_for());
    EXPECT_EQ(object["metadata"]["resourceVersion"], "42");
}

TEST(Wish, WhatIsNoneIsPassedOver) {
    EXPECT_FALSE(read_wish(Json()));
    EXPECT_FALSE(read_wish({{"data", "text"}}));
    for (const auto* key : {"id", "begun", "release", "state"}) {
        auto object = with_wish(Json::object(), wish_for());
        object["data"].erase(key);
        EXPECT_FALSE(read_wish(object)) << key;
    }
}

TEST(Wish, AReleaseThatWouldBeAPathElsewhereIsNone) {
    auto wish = wish_for();
    wish.release = "../../etc/passwd";
    EXPECT_FALSE(read_wish(with_wish(Json::object(), wish)));
}

TEST(Report, IsReadAsItWasWritten) {
    for (const auto& report :
         {Report{}, Report{Progress::running, "abc@now", ""}, Report{Progress::done, "abc@now", ""},
          Report{Progress::failed, "abc@now", "kube-apiserver.service: unknown flag"}}) {
        EXPECT_EQ(parse_report(to_text(report)), report) << to_text(report);
    }
}

TEST(Report, WhatIsNoneIsPassedOver) {
    for (const auto* text : {"", "done", "failed ", "somehow abc@now"}) {
        EXPECT_FALSE(parse_report(text)) << text;
    }
}

TEST(Report, AReasonIsShortAndWithoutTheFlagsOfACommand) {
    Error error("kube-apiserver.service did not restart: ExecStart=/bin/x --a=1 --b=2 exited 1");
    error.with_detail("Error: unknown flag:\n --a");
    error.with_detail(std::string(1000, 'x'));
    error.with_detail("kube-apiserver: I1128 07:49:56.913258     519 tlsconfig.go:258] ends");
    EXPECT_EQ(short_reason(error),
              "kube-apiserver.service did not restart: ExecStart=/bin/x exited "
              "1; Error: unknown flag: --a");
    EXPECT_EQ(short_reason(Error(std::string(1000, 'x'))).size(), 600);
}

TEST(Report, ANodeWithoutTheAnnotationTakesNoPart) {
    EXPECT_FALSE(view_of({{"metadata", {{"name", "w1"}}}}).report);
    const Json node = {
        {"metadata", {{"name", "w1"}, {"annotations", {{report_annotation, "idle"}}}}}};
    EXPECT_EQ(view_of(node).report, Report{});
}

} // namespace
} // namespace k8s_node::rollout
