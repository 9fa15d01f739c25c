// A change that the whole cluster is to make, as a ConfigMap keeps it: the wish of an administrator
// and how far it has come. Pure.
#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

namespace k8s_node::rollout {

using Json = nlohmann::json;

/// kube-system/k8s-node-rollout, the only object of a rollout: whoever changes it names the version
/// that it has seen, so no two decisions are ever taken at once.
inline constexpr const char* object_name = "k8s-node-rollout";
inline constexpr const char* objects_path = "/api/v1/namespaces/kube-system/configmaps";

enum class State { running, stopped, done };

struct Wish {
    std::string id;           ///< of its content
    std::string begun;        ///< when an administrator asked for it: utc_text()
    std::string release;      ///< "1.37.1"
    std::string release_text; ///< the release file
    std::string
        configuration; ///< a layer of every node's, like node.yaml; empty: it stays as it is
    int workers_at_once = 1;
    std::optional<std::chrono::sys_seconds> until; ///< no turn begins after it
    State state = State::running;
    std::string reason;          ///< for being stopped
    std::set<std::string> turns; ///< nodes whose turn it is

    /// Returns what a turn is for: this wish, asked for at this time.
    [[nodiscard]] std::string key() const { return id + "@" + begun; }
    bool operator==(const Wish&) const = default;
};

/// Returns the id of the wish that a key is of.
[[nodiscard]] std::string id_of_key(std::string_view key);

[[nodiscard]] std::string to_text(State state);

/// Reads a ConfigMap without trusting its structure; nullopt if it is no wish, or one for a release
/// whose name is no name.
[[nodiscard]] std::optional<Wish> read_wish(const Json& object);

/// Returns the ConfigMap with the wish in it; `object` may be empty, for a new one.
[[nodiscard]] Json with_wish(Json object, const Wish& wish);

} // namespace k8s_node::rollout
