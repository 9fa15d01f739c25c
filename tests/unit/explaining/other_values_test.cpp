#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "explaining/other_values.hpp"

namespace k8s_node {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

Setting setting(SettingType type, const char* value) {
    Setting out;
    out.spec.type = type;
    out.value = Tree::scalar(value, false, {});
    return out;
}

TEST(OtherValues, DifferFromThePresentOne) {
    for (const auto type :
         {SettingType::text, SettingType::boolean, SettingType::integer, SettingType::port,
          SettingType::ipv4, SettingType::ipv4_cidr, SettingType::path, SettingType::url,
          SettingType::duration, SettingType::name}) {
        const auto* const value = type == SettingType::ipv4        ? "192.0.2.77"
                                  : type == SettingType::ipv4_cidr ? "10.211.0.0/16"
                                  : type == SettingType::boolean   ? "true"
                                                                   : "7";
        const auto values = other_values(setting(type, value));
        EXPECT_THAT(values, Not(IsEmpty()));
        EXPECT_THAT(values, Not(Contains(value)));
    }
}

TEST(OtherValues, StayWithinLimitsAndChoices) {
    auto number = setting(SettingType::integer, "5");
    number.spec.minimum = 5;
    number.spec.maximum = 6;
    EXPECT_THAT(other_values(number), ElementsAre("6"));
    auto choice = setting(SettingType::choice, "bridge");
    choice.spec.choices = {"bridge", "flannel", "none"};
    EXPECT_THAT(other_values(choice), ElementsAre("flannel", "none"));
}

} // namespace
} // namespace k8s_node
