// The record of rotations: what is written is read again, and nothing else is believed.
#include <gtest/gtest.h>

#include "rotation/rotation_state.hpp"
#include "support/error.hpp"
#include "support/time.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node {
namespace {

class RotationState : public testing::Test {
protected:
    void put(const std::string& text) const {
        make_directories(rotation_file(root_).parent_path());
        write_file_atomically(rotation_file(root_), text, {0600, ::geteuid(), ::getegid()});
    }

    test::TemporaryDirectory directory_;
    Root root_{directory_.path()};
    Rotation authority_{"etcd/ca", Phase::use, true, *parse_utc("2027-03-01T12:00:00Z"), ""};
    Rotation key_{"encryption", Phase::trust, false, *parse_utc("2027-03-02T12:00:00Z"), "key2"};
};

TEST_F(RotationState, IsReadAsItWasWritten) {
    EXPECT_TRUE(read_rotations(root_).empty());
    write_rotations(root_, {authority_, key_});
    EXPECT_EQ(read_rotations(root_), (Rotations{authority_, key_}));
    EXPECT_EQ(find_rotation(read_rotations(root_), "encryption"), key_);
    EXPECT_EQ(find_rotation(read_rotations(root_), "ca"), std::nullopt);
}

TEST_F(RotationState, LeavesNoFileWhenNothingIsLeft) {
    write_rotations(root_, {authority_});
    write_rotations(root_, {});
    EXPECT_FALSE(path_exists(rotation_file(root_)));
}

TEST_F(RotationState, HoldsOneRotationOfEachKey) {
    Rotations rotations{authority_, key_};
    authority_.settled = false;
    put_rotation(rotations, authority_);
    EXPECT_EQ(rotations.size(), 2U);
    EXPECT_EQ(find_rotation(rotations, "etcd/ca"), authority_);
}

TEST_F(RotationState, DamagedIsAnErrorThatSaysWhatToDo) {
    for (const char* text : {"", "{", "[]", R"({"rotations":[{"subject":"ca"}]})",
                             R"({"rotations":[{"subject":"ca","phase":"later","settled":true,
                                 "since":"2027-03-01T12:00:00Z"}]})",
                             R"({"rotations":[{"subject":"ca","phase":"use","settled":1,
                                 "since":"2027-03-01T12:00:00Z"}]})",
                             R"({"rotations":[{"subject":"ca","phase":"use","settled":true,
                                 "since":"yesterday"}]})"}) {
        put(text);
        try {
            static_cast<void>(read_rotations(root_));
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_NE(error.message().find("is damaged"), std::string::npos);
            EXPECT_FALSE(error.hint().empty());
        }
    }
}

TEST_F(RotationState, IsToldWithItsNextStep) {
    write_rotations(root_, {authority_});
    EXPECT_EQ(
        rotation_notes(root_),
        (std::vector<std::string>{
            "the key of etcd/ca is being replaced since 2027-03-01T12:00:00Z, phase use: both "
            "are trusted, the new one is used; next: k8s-node-install certs rotate-ca etcd/ca "
            "--finish"}));
}

TEST_F(RotationState, WarnsOfWhatWasInterruptedOrIsLeftOpen) {
    const auto begun = authority_.since;
    EXPECT_TRUE(find_stalled({authority_}, begun + std::chrono::hours(13 * 24)).empty());
    const auto open = find_stalled({authority_}, begun + std::chrono::hours(15 * 24));
    ASSERT_EQ(open.size(), 1U);
    EXPECT_EQ(open.front().name, "KeyRotation-etcd-ca");
    EXPECT_EQ(open.front().severity, Severity::warning);
    EXPECT_EQ(open.front().hint, "k8s-node-install certs rotate-ca etcd/ca --finish goes on");
    EXPECT_EQ(find_stalled({key_}, key_.since).size(), 1U) << "it was interrupted";
}

} // namespace
} // namespace k8s_node
