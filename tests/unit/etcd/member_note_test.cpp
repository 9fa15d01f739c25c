#include <unistd.h>

#include <gtest/gtest.h>

#include "etcd/member_note.hpp"
#include "support/files.hpp"

namespace k8s_node {
namespace {

class MemberNoteFile : public testing::Test {
protected:
    void TearDown() override { std::filesystem::remove_all(directory); }

    std::filesystem::path directory = std::filesystem::path(testing::TempDir()) /
                                      testing::UnitTest::GetInstance()->current_test_info()->name();
    std::filesystem::path path = directory / "k8s-node" / "etcd-member.json";
};

TEST_F(MemberNoteFile, IsReadBack) {
    EXPECT_EQ(read_member_note(path), std::nullopt);
    const MemberNote note{0xfedcba9876543210, /*is_entering=*/true, {"https://192.0.2.10:2379"}};
    write_member_note(path, note);
    EXPECT_EQ(read_member_note(path), note);
}

TEST_F(MemberNoteFile, ThatIsDamagedIsNone) {
    make_directories(path.parent_path());
    for (const auto* text : {"", "{}", "[]", R"({"id": "x", "entering": true, "peers": []})",
                             R"({"id": "1f", "entering": 1, "peers": []})"}) {
        write_file_atomically(path, text, {0644, ::geteuid(), ::getegid()});
        EXPECT_EQ(read_member_note(path), std::nullopt) << text;
    }
}

} // namespace
} // namespace k8s_node
