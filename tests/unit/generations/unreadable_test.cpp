// What cannot be looked at is not taken for missing. A link to itself stands for it, for root too.
#include <filesystem>

#include <gtest/gtest.h>

#include "generations/backup.hpp"
#include "generations/generation_resource.hpp"
#include "support/error.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

namespace fs = std::filesystem;

class Unreadable : public testing::Test {
protected:
    Unreadable() {
        fs::create_directories(machine_.path() / "etc");
        fs::create_symlink("k8s-node", machine_.path() / "etc/k8s-node");
    }
    test::TemporaryDirectory machine_;
};

TEST_F(Unreadable, TheCurrentGenerationIsNotNone) {
    EXPECT_THROW(static_cast<void>(current_generation_number(Root(machine_.path()))), Error);
    fs::remove(machine_.path() / "etc/k8s-node");
    EXPECT_EQ(current_generation_number(Root(machine_.path())), std::nullopt);
}

TEST_F(Unreadable, NothingIsReplacedWithoutABackup) {
    EXPECT_THROW(static_cast<void>(back_up(machine_.path() / "etc/k8s-node/x")), Error);
    EXPECT_FALSE(back_up(machine_.path() / "etc/none/x"));
}

} // namespace
} // namespace k8s_node
