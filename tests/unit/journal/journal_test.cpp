#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journal/journal.hpp"
#include "journal/journal_sink.hpp"

namespace k8s_node {
namespace {

using testing::ElementsAre;

TEST(JournalFields, CarryTheEvent) {
    const Event event{Priority::warning,
                      "etcd is slow",
                      "0123456789abcdef0123456789abcdef",
                      {{"K8S_NODE_PHASE", "start"}}};
    EXPECT_THAT(journal_fields(event),
                ElementsAre("MESSAGE=etcd is slow", "PRIORITY=4",
                            "SYSLOG_IDENTIFIER=k8s-node-install",
                            "MESSAGE_ID=0123456789abcdef0123456789abcdef", "K8S_NODE_PHASE=start"));
}

TEST(JournalFields, NamesThatTheJournalRefusesAreLeftOut) {
    const Event event{Priority::info,
                      "x",
                      {},
                      {{"_PID", "1"},
                       {"lower", "1"},
                       {"", "1"},
                       {"9X", "1"},
                       {"A=B", "1"},
                       {"OK_2", "multi\nline"}}};
    EXPECT_THAT(journal_fields(event),
                ElementsAre("MESSAGE=x", "PRIORITY=6", "SYSLOG_IDENTIFIER=k8s-node-install",
                            "OK_2=multi\nline"));
}

TEST(JournalLine, IsOneHarmlessLine) {
    EXPECT_EQ(printable_line("etcd", "no space"), "etcd: no space");
    EXPECT_EQ(printable_line("", "a\n\x1b[31mb"), "a  [31mb");
    EXPECT_LT(printable_line("x", std::string(100000, 'y')).size(), 1100U);
}

} // namespace
} // namespace k8s_node
