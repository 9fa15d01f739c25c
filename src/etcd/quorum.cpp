#include "etcd/quorum.hpp"

#include <algorithm>

#include "support/text.hpp"

namespace k8s_node {

namespace {

constexpr const char* recover_hint =
    "if too many are gone for good, on the machine whose data shall count: "
    "k8s-node-install etcd recover";

std::string number_text(std::size_t number) {
    return number == 0 ? "none" : std::to_string(number);
}

std::string voters_text(std::size_t voters) {
    return std::to_string(voters) + (voters == 1 ? " voter" : " voters");
}

/// Returns the voters that do not answer, each with the reason.
std::string silent_text(const Quorum& quorum) {
    std::vector<std::string> silent;
    for (const auto& seen : quorum.members) {
        if (!seen.member.is_learner && !seen.answers) {
            silent.push_back(member_text(seen.member) + ": " + seen.silence);
        }
    }
    return join(silent, "; ");
}

Finding lost_majority(const Quorum& quorum, const VoterCount& count) {
    return {"EtcdMajority", Severity::error,
            "of " + voters_text(count.voters) + " of etcd " + number_text(count.answering) +
                (count.answering == 1 ? " answers" : " answer") + ", and " +
                std::to_string(count.needed) +
                " are needed: nothing can be written to the cluster (" + silent_text(quorum) + ")",
            std::string("bring the others back: systemctl status etcd on their machines; ") +
                recover_hint};
}

Finding missing_leader(const VoterCount& count) {
    return {"EtcdLeader", Severity::error,
            std::to_string(count.answering) + " of " + voters_text(count.voters) +
                " of etcd answer, and they have no leader",
            "an election takes some seconds; if it does not end: can the members reach each other "
            "(port 2380), and what does journalctl -u etcd say?"};
}

Finding silent_voters(const Quorum& quorum, const VoterCount& count) {
    return {"EtcdSilent", Severity::warning,
            "a member of etcd does not answer (" + silent_text(quorum) + "), so " +
                number_text(count.may_be_lost) + " of the others may be lost",
            "bring it back; if it is gone for good, k8s-node-install node remove NAME on a control "
            "plane, and let another machine join"};
}

Finding even_number(const VoterCount& count) {
    return {"EtcdEven", Severity::warning,
            "etcd has " + voters_text(count.voters) + ", of which " + std::to_string(count.needed) +
                " must work: " + number_text(spare_voters(count.voters)) +
                " may be lost, no more than of " + std::to_string(count.voters - 1),
            "let another machine join"};
}

Finding waiting_learner(const SeenMember& seen) {
    const bool has_started = seen.member.has_started();
    return {"EtcdLearner", Severity::warning,
            "etcd member " + member_text(seen.member) + " has no vote yet" +
                (has_started ? "" : " and has never started"),
            "it gets one when it has caught up: systemctl status etcd on its machine says what it "
            "waits for; the next machine that joins removes one that is gone"};
}

void explain_voters(const Quorum& quorum, const VoterCount& count, Findings& findings) {
    if (quorum.has_leader) {
        if (count.answering < count.voters) {
            findings.push_back(silent_voters(quorum, count));
        }
        if (count.voters % 2 == 0) {
            findings.push_back(even_number(count));
        }
    } else if (count.answering < count.needed) {
        findings.push_back(lost_majority(quorum, count));
    } else {
        findings.push_back(missing_leader(count));
    }
}

} // namespace

VoterCount count_voters(const Quorum& quorum) {
    VoterCount count;
    for (const auto& seen : quorum.members) {
        count.voters += seen.member.is_learner ? 0 : 1;
        count.answering += !seen.member.is_learner && seen.answers ? 1 : 0;
    }
    count.needed = majority_of(count.voters);
    count.may_be_lost = count.answering > count.needed ? count.answering - count.needed : 0;
    return count;
}

std::size_t spare_voters(std::size_t voters) {
    return voters == 0 ? 0 : voters - majority_of(voters);
}

std::string quorum_text(const Quorum& quorum) {
    if (quorum.members.empty()) {
        return "unknown: " + quorum.ignorance;
    }
    const auto count = count_voters(quorum);
    return voters_text(count.voters) + ", " + number_text(count.answering) +
           (count.answering == 1 ? " answers, " : " answer, ") +
           (quorum.has_leader ? number_text(count.may_be_lost) + " may be lost"
                              : std::to_string(count.needed) + " must, with a leader");
}

Findings explain_quorum(const Quorum& quorum) {
    Findings findings;
    if (quorum.members.empty()) {
        return findings;
    }
    explain_voters(quorum, count_voters(quorum), findings);
    for (const auto& seen : quorum.members) {
        if (seen.member.is_learner) {
            findings.push_back(waiting_learner(seen));
        }
    }
    return findings;
}

} // namespace k8s_node
