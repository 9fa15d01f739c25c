// The plan of changes as a value: shown by `plan`, executed by `install`.
#pragma once

#include <string>
#include <vector>

#include "model/finding.hpp"

namespace k8s_node {

/// In the order in which kinds of change take effect.
enum class ChangeKind {
    fetch,       ///< an artifact into the store
    issue,       ///< a key, certificate or kubeconfig
    join,        ///< what a kubelet needs to ask its cluster for an identity
    set_mode,    ///< of a directory that services must traverse
    write_file,  ///< a file outside the generation
    remove_file, ///< one that an earlier generation wrote and this one lacks
    link,        ///< a symbolic link
    trigger,     ///< apply a sysusers.d, sysctl.d … file with systemd's tool
    generation,  ///< write a generation if it is new, and make it current
    reload,      ///< reload systemd, which runs the generator
    hand_over,   ///< start a second service that answers while its unit restarts
    stop_unit,
    start_unit,
    restart_unit,
    apply_object,  ///< an object in the cluster
    remove_object, ///< one that an earlier generation applied and this one has not
    admit,         ///< make the token of a seed valid, which this node's cluster is
    wait_node,     ///< until the node is Ready
    forget_token,  ///< the bootstrap kubeconfig of a node that has an identity of its own
    update_node,   ///< labels and pod network in the Node object
    start_pod,     ///< the sandbox of one, to see that pods run
    uncordon,      ///< a node that an earlier run of ours has kept from new pods
};

/// Returns the verb of a kind in the plan: "fetch", "restart", …
[[nodiscard]] const char* verb_of(ChangeKind kind);

/// One difference between the actual and the desired state.
struct Change {
    ChangeKind kind = ChangeKind::fetch;
    std::string object; ///< "etcd.service", "/etc/crictl.yaml"
    std::string why;    ///< "is missing", "its configuration kubelet.yaml changes"
    std::string diff;   ///< line_diff of before and after, may be empty
    bool operator==(const Change&) const = default;
};

void append(std::vector<Change>& changes, std::vector<Change> more);

struct Plan {
    std::string subject; ///< "single, Kubernetes 1.36.5, node n1"
    std::vector<Change> changes;
    /// Differences that are left alone, such as somebody's own drop-in.
    std::vector<std::string> notes{};
    /// The reasons against the change, and the effects that a rollback would not undo: shown if the
    /// plan is not carried out.
    Findings findings{};
    std::vector<std::string> lasting{};

    [[nodiscard]] bool empty() const noexcept { return changes.empty(); }
    [[nodiscard]] std::vector<Change> of(ChangeKind kind) const;
    /// Returns the changes from one kind to another, both included.
    [[nodiscard]] std::vector<Change> between(ChangeKind first, ChangeKind last) const;
};

/// Formats the plan for people: one line per change, then its diff if there is one. Ends with a
/// summary.
[[nodiscard]] std::string plan_text(const Plan& plan, bool with_diffs);

/// Returns {"subject":…,"changes":[{"action","object","reason","diff"}],"notes":[…],
/// "findings":[{"check","severity","message","hint"}],"lasting":[…]}
[[nodiscard]] std::string plan_json(const Plan& plan);

} // namespace k8s_node
