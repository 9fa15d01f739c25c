#include <algorithm>

#include <gmock/gmock.h>

#include "engine/resource_table.hpp"
#include "engine/take_away.hpp"

namespace k8s_node {
namespace {

/// Otherwise it would be planned and not carried out, or twice.
TEST(ResourceTable, EveryKindOfChangeIsMadeByOneKindOfResource) {
    for (int number = 0; number <= static_cast<int>(ChangeKind::uncordon); ++number) {
        const auto change = static_cast<ChangeKind>(number);
        EXPECT_EQ(std::ranges::count_if(kinds_in_effect(),
                                        [&](const auto* kind) { return kind->makes(change); }),
                  1)
            << verb_of(change);
    }
}

TEST(ResourceTable, NamesATableEntryOnce) {
    for (const auto kinds : {kinds_in_effect(), kinds_taken_away()}) {
        std::set<std::string> names;
        for (const auto* kind : kinds) {
            EXPECT_TRUE(names.insert(kind->name()).second) << kind->name();
        }
    }
}

/// What another attempt needs is removed after all else.
TEST(ResourceTable, EndsWithWhatARepeatedResetNeeds) {
    EXPECT_TRUE(std::ranges::is_partitioned(
        kinds_taken_away(), [](const auto* kind) { return !kind->is_needed_to_repeat(); }));
}

} // namespace
} // namespace k8s_node
