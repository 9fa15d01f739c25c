// The majority of a cluster of etcd as it is seen from one machine: how many voters there are, how
// many answer, how many may be lost, and what to do about it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "etcd/members.hpp"
#include "model/finding.hpp"

namespace k8s_node {

/// A member, and what it said to a question that needs no majority.
struct SeenMember {
    Member member;
    bool answers = false;
    std::string silence{}; ///< why it did not answer
    bool operator==(const SeenMember&) const = default;
};

struct Quorum {
    std::vector<SeenMember> members; ///< empty if nobody lists them
    std::string ignorance{};         ///< why nobody does
    /// One of those that answer has a leader: a majority works, even if this machine does not reach
    /// it.
    bool has_leader = false;
};

struct VoterCount {
    std::size_t voters = 0;
    std::size_t answering = 0;
    std::size_t needed = 0;      ///< the majority
    std::size_t may_be_lost = 0; ///< of those that answer, until no majority is left
    bool operator==(const VoterCount&) const = default;
};

/// Learners do not count.
[[nodiscard]] VoterCount count_voters(const Quorum& quorum);

/// Returns how many voters may be lost of so many that all work.
[[nodiscard]] std::size_t spare_voters(std::size_t voters);

/// Returns "3 voters, 2 answer, none may be lost", or why that is not known.
[[nodiscard]] std::string quorum_text(const Quorum& quorum);

/// Returns what an operator should know and do: an error for a lost majority or a missing leader,
/// warnings for a member that does not answer, a member without a vote, and an even number of
/// voters, which bears no more losses than one less. Nothing if all is well.
[[nodiscard]] Findings explain_quorum(const Quorum& quorum);

} // namespace k8s_node
