#include <gtest/gtest.h>

#include "model/generation_record.hpp"
#include "support/error.hpp"
#include "support/time.hpp"

namespace k8s_node {
namespace {

GenerationRecord example() {
    return {.created = *parse_utc("2027-11-22T10:00:00Z"),
            .program = "0.3",
            .invoking_user = "anna (sudo)",
            .verb = "install",
            .summary = "changed config/kubelet.yaml",
            .files = {{"config/kubelet.yaml", "00ff"}},
            .outcome = GenerationOutcome::failed,
            .reason = "kubelet.service did not start",
            .good_since = parse_utc("2027-11-22T10:00:07Z"),
            .previous = 3};
}

TEST(GenerationRecord, IsReadBackAsItWasWritten) {
    EXPECT_EQ(parse_record(write_record(example()), "r"), example());
    EXPECT_EQ(parse_record(write_record({}), "r"), GenerationRecord{});
}

TEST(GenerationRecord, HoldsWhateverAServiceSaid) {
    auto record = example();
    record.reason = "exited: \xff\xfe";
    EXPECT_EQ(parse_record(write_record(record), "r").outcome, GenerationOutcome::failed);
}

TEST(GenerationRecord, ThatIsNoneIsRefusedByItsPath) {
    for (const auto* text : {"", "{", "[]", "{}", R"({"outcome": "good"})",
                             R"({"format": "1", "files": {}, "outcome": "good"})",
                             R"({"format": 1, "files": {}, "outcome": "splendid"})",
                             R"({"format": 2, "files": {}, "outcome": "good"})",
                             R"({"format": 1, "files": 3, "outcome": "good"})"}) {
        try {
            static_cast<void>(parse_record(text, "/s/7.json"));
            ADD_FAILURE() << text;
        } catch (const Error& error) {
            EXPECT_TRUE(error.message().starts_with("/s/7.json")) << error.message();
        }
    }
}

TEST(Time, IsUtcToTheSecond) {
    const auto time = parse_utc("2027-11-22T10:00:07Z");
    ASSERT_TRUE(time);
    EXPECT_EQ(utc_text(*time), "2027-11-22T10:00:07Z");
    EXPECT_EQ(utc_text({}), "1970-01-01T00:00:00Z");
    EXPECT_FALSE(parse_utc("2027-11-22T10:00:07"));
    EXPECT_FALSE(parse_utc("2027-11-22T10:00:07Z "));
    EXPECT_FALSE(parse_utc(""));
}

} // namespace
} // namespace k8s_node
