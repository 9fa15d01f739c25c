// What an administrator asks of a rollout, and sees of it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cluster/api_client.hpp"
#include "rollout/decision.hpp"

namespace k8s_node::rollout {

struct Request {
    std::string release;         ///< its name, which is the version of Kubernetes
    std::string release_text;    ///< the file
    std::string configuration{}; ///< a layer for every node; empty: theirs stays as it is
    int workers_at_once = 1;
    std::optional<std::chrono::sys_seconds> until;
};

/// A rollout and the nodes of its cluster.
struct View {
    std::optional<Wish> wish; ///< nullopt: nobody has asked for any
    std::vector<NodeView> nodes;
};

/// Returns why the nodes cannot make the change, one sentence each. Pure.
[[nodiscard]] std::vector<std::string> objections(const Request& request,
                                                  const std::vector<NodeView>& nodes);

/// Returns the wish that follows from a request. One that runs already only gets the new limits;
/// another one replaces it, but throws Error(busy) while a node is in the middle of a turn. Throws
/// Error(unsuitable) with all objections(). Pure.
[[nodiscard]] Wish next_wish(const Request& request, const View& view,
                             std::chrono::sys_seconds now);

/// Reads the rollout. Throws like ApiClient.
[[nodiscard]] View read_view(cluster::ApiClient& client);

/// Writes the wish of a request, and returns it. Throws like next_wish() and ApiClient.
Wish ask_for(cluster::ApiClient& client, const Request& request);

/// Stops the rollout that runs, and returns it: no node begins a turn any more, whose turn it is
/// ends it, and the same request resumes it. Throws Error(usage) if none runs, and like ApiClient.
Wish stop(cluster::ApiClient& client);

/// Returns what people see of it: the wish, what happens, and a line for each node. Pure.
[[nodiscard]] std::string status_text(const View& view, std::chrono::sys_seconds now);

/// Returns what happens, or what is waited for, on one line. Pure.
[[nodiscard]] std::string progress_text(const View& view, std::chrono::sys_seconds now);

} // namespace k8s_node::rollout
