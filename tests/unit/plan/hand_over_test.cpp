#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plan/hand_over.hpp"

namespace k8s_node {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr const char* api = "kube-apiserver.service";

Generation with_body(const std::string& body) {
    Generation generation;
    UnitEntry entry;
    entry.name = api;
    entry.after = {"etcd.service", "network-online.target"};
    generation.manifest.units = {entry};
    generation.files[std::string("units/") + api] = body;
    return generation;
}

const char* const plain = "[Unit]\nDescription=API server\n[Service]\nExecStart=/api\n"
                          "DynamicUser=yes\nRestart=always\n";
const char* const sharing = "[Unit]\nDescription=API server\nX-HandOver=yes\n[Service]\n"
                            "ExecStart=/api\nDynamicUser=yes\nRestart=always\n";

TEST(HandOver, IsMadeWhereTheOldAndTheNewUnitAllowIt) {
    EXPECT_TRUE(is_handed_over(api, with_body(sharing), with_body(sharing)));
    EXPECT_FALSE(is_handed_over(api, with_body(sharing), with_body(plain)));
    EXPECT_FALSE(is_handed_over(api, with_body(plain), with_body(sharing)));
    EXPECT_FALSE(is_handed_over(api, with_body(sharing), Generation{}));
    EXPECT_FALSE(is_handed_over("etcd.service", with_body(sharing), with_body(sharing)));
}

TEST(HandOver, IsNotMadeWhereTheSecondWouldTakeTheDirectoryOfTheFirst) {
    const auto body = sharing + std::string("RuntimeDirectory=api\n");
    EXPECT_FALSE(is_handed_over(api, with_body(body), with_body(sharing)));
    const auto kept = body + "RuntimeDirectoryPreserve=yes\n";
    EXPECT_TRUE(is_handed_over(api, with_body(kept), with_body(sharing)));
}

TEST(HandOver, TheStandInIsTheUnitUnderTheSameUserButIsNotRestarted) {
    const auto text = stand_in_text(api, with_body(sharing), {});
    EXPECT_THAT(text, StartsWith(sharing));
    EXPECT_THAT(text, HasSubstr("\nDescription=API server (in place of kube-apiserver.service, "
                                "while that restarts)\n"
                                "After=etcd.service network-online.target\n"));
    EXPECT_THAT(text, EndsWith("[Service]\nRestart=no\nUser=kube-apiserver\n"));
    EXPECT_EQ(stand_in_of(api), "kube-apiserver-handover.service");
}

TEST(HandOver, TheStandInGetsAnArgumentOfItsOwn) {
    const std::string one_line =
        "[Unit]\nX-HandOverArgument=--quiet\n[Service]\nExecStart=/api --port=1\nRestart=no\n";
    EXPECT_THAT(stand_in_text(api, with_body(one_line), {}),
                HasSubstr("\nExecStart=/api --port=1 --quiet\nRestart=no\n"));
    const std::string lines = "[Unit]\nX-HandOverArgument=--quiet\n[Service]\n"
                              "ExecStart=/api \\\n    --port=1\nRestart=no\n";
    EXPECT_THAT(stand_in_text(api, with_body(lines), {}),
                HasSubstr("\nExecStart=/api \\\n    --quiet \\\n    --port=1\nRestart=no\n"));
}

TEST(HandOver, AUserThatTheUnitNamesStays) {
    const auto named = stand_in_text(api, with_body(sharing + std::string("User=api\n")), {});
    EXPECT_THAT(named, Not(HasSubstr("User=kube-apiserver")));
    const auto root = stand_in_text(api, with_body("[Service]\nExecStart=/api\n"), {});
    EXPECT_THAT(root, Not(HasSubstr("User=")));
}

TEST(HandOver, DropInsCountAfterTheBodyAndBeforeWhatMakesItAStandIn) {
    const auto text = stand_in_text(
        api, with_body(sharing),
        {"[Service]\nEnvironment=A=1\nRestart=on-failure", "[Service]\nDynamicUser=no\n"});
    EXPECT_LT(text.find("Restart=always\n"), text.find("\n[Service]\nEnvironment=A=1\n"));
    EXPECT_LT(text.find("Restart=on-failure\n"), text.find("Restart=no"));
    EXPECT_THAT(text, Not(HasSubstr("User=kube-apiserver")));
}

} // namespace
} // namespace k8s_node
