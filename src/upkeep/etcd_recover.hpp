// Making a cluster of etcd of one member on this machine.
#pragma once

#include "node/verbs.hpp"
#include "recovery/recovery.hpp"

namespace k8s_node {

/// Shows what will be done; returns whether it may be.
using OnOutlook = std::function<bool(const RecoveryOutlook&)>;

struct RecoveryResult {
    RecoveryOutlook outlook;
    Member member; ///< the only one; empty if it was declined
    bool declined = false;
};

/// Returns what recover_etcd() would do and the reasons against it. Changes nothing, takes no lock.
[[nodiscard]] RecoveryOutlook plan_recovery(const NodeOptions& options, const std::string& snapshot,
                                            const Reporting& reporting);

/// Does as recover_etcd() of recovery/recovery.hpp, under the lock, unless an error among the
/// findings is not ignored: then Error(unsuitable), before anything is changed. One that was
/// interrupted when there was no way back any more is finished without a question.
RecoveryResult recover_etcd(const NodeOptions& options, const std::string& snapshot,
                            const Reporting& reporting, const OnOutlook& on_outlook);

} // namespace k8s_node
