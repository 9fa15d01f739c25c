#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cri/protobuf.hpp"
#include "support/error.hpp"

namespace k8s_node::cri {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using namespace std::string_literals;

TEST(MessageWriter, WritesTheExamplesOfTheSpecification) {
    // https://protobuf.dev/programming-guides/encoding/
    EXPECT_EQ(MessageWriter().number(1, 150).bytes(), "\x08\x96\x01"s);
    EXPECT_EQ(MessageWriter().text(2, "testing").bytes(), "\x12\x07testing"s);
    EXPECT_EQ(MessageWriter().message(3, MessageWriter().number(1, 150)).bytes(),
              "\x1a\x03\x08\x96\x01"s);
    EXPECT_EQ(MessageWriter().entry(6, "k", "v").bytes(), "\x32\x06\x0a\x01k\x12\x01v"s);
}

TEST(Message, ReadsWhatIsWritten) {
    const std::string long_text(300, 'x');
    const auto written = MessageWriter()
                             .number(1, 0xffffffffffffffffULL)
                             .text(2, long_text)
                             .entry(5, "a", "1")
                             .entry(5, "b", "2")
                             .message(20, MessageWriter().text(1, "inside"));
    const Message read(written.bytes());
    EXPECT_EQ(read.number(1), 0xffffffffffffffffULL);
    EXPECT_EQ(read.text(2), long_text);
    EXPECT_EQ(read.entry(5, "b"), "2");
    EXPECT_EQ(read.entry(5, "c"), "");
    EXPECT_EQ(read.messages(5).size(), 2U);
    EXPECT_EQ(read.message(20).value().text(1), "inside");
}

TEST(Message, AMissingFieldIsItsZero) {
    const Message empty("");
    EXPECT_EQ(empty.number(1), 0U);
    EXPECT_EQ(empty.text(1), "");
    EXPECT_FALSE(empty.message(1));
    EXPECT_THAT(empty.messages(1), IsEmpty());
}

TEST(Message, PassesOverFieldsOfOtherTypes) {
    EXPECT_EQ(Message("\x09"s + "12345678" + "\x15" + "1234" + "\x1a\x01x").text(3), "x");
}

TEST(Message, TheLastOneCounts) {
    EXPECT_EQ(Message(MessageWriter().number(1, 3).number(1, 4).bytes()).number(1), 4U);
}

TEST(Message, RefusesWhatIsTornOrNone) {
    const auto whole = MessageWriter().text(1, "testing").number(2, 300).bytes();
    for (std::size_t size = 1; size < whole.size(); ++size) {
        if (size == 9) {
            continue; // between the two fields
        }
        EXPECT_THROW(Message(whole.substr(0, size)), Error) << size;
    }
    EXPECT_THROW(Message("\x0b"), Error);                  // a group
    EXPECT_THROW(Message(std::string(11, '\xff')), Error); // a number without end
    EXPECT_THROW(Message("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"), Error);
}

} // namespace
} // namespace k8s_node::cri
