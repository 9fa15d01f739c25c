#include <gtest/gtest.h>

#include "cluster/api_error.hpp"
#include "cluster/watch_parser.hpp"

namespace k8s_node::cluster {
namespace {

constexpr std::string_view stream = "{\"type\":\"ADDED\",\"object\":{\"n\":1}}\n"
                                    "\r\n"
                                    "{\"type\":\"MODIFIED\",\"object\":{\"n\":\"\\n\"}}\n"
                                    "{\"type\":\"FUTURE\",\"object\":{}}\n"
                                    "{\"type\":\"BOOKMARK\",\"object\":{}}\n"
                                    "{\"type\":\"DELETED\",\"object\":{}}\n";

TEST(WatchParserOf, GivesTheSameEventsForAnyChunks) {
    for (std::size_t size = 1; size <= stream.size(); ++size) {
        WatchParser parser;
        std::vector<WatchEventType> types;
        for (std::size_t at = 0; at < stream.size(); at += size) {
            for (const auto& event : parser.feed(stream.substr(at, size))) {
                types.push_back(event.type);
            }
        }
        EXPECT_EQ(types, (std::vector{WatchEventType::added, WatchEventType::modified,
                                      WatchEventType::bookmark, WatchEventType::deleted}))
            << "in chunks of " << size;
    }
}

TEST(WatchParserOf, KeepsAnUnfinishedLineForLater) {
    WatchParser parser;
    EXPECT_TRUE(parser.feed("{\"type\":\"ADDED\",").empty());
    const auto events = parser.feed("\"object\":{\"n\":7}}\n{\"ty");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(events[0].object["n"], 7);
}

TEST(WatchParserOf, TellsGoneFromOtherErrors) {
    WatchParser parser;
    const auto events = parser.feed("{\"type\":\"ERROR\",\"object\":{\"code\":410}}\n"
                                    "{\"type\":\"ERROR\",\"object\":{\"code\":500}}\n"
                                    "{\"type\":\"ERROR\",\"object\":null}\n"
                                    "{\"type\":\"ADDED\",\"object\":{\"code\":410}}\n");
    ASSERT_EQ(events.size(), 4U);
    EXPECT_TRUE(events[0].is_gone());
    EXPECT_FALSE(events[1].is_gone());
    EXPECT_FALSE(events[2].is_gone());
    EXPECT_FALSE(events[3].is_gone());
}

TEST(WatchParserOf, RefusesWhatIsNoEvent) {
    for (const auto* line : {"nonsense\n", "[]\n", "{\"type\":\"ADDED\"}\n", "{}\n"}) {
        WatchParser parser;
        EXPECT_THROW(static_cast<void>(parser.feed(line)), ConnectionError) << line;
    }
}

TEST(WatchParserOf, BoundsALine) {
    WatchParser parser;
    const std::string megabyte(1 << 20, 'a');
    EXPECT_THROW(
        {
            for (int i = 0; i < 9; ++i) {
                static_cast<void>(parser.feed(megabyte));
            }
        },
        ConnectionError);
}

} // namespace
} // namespace k8s_node::cluster
