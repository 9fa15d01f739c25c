#include "rollout/wish.hpp"

#include <array>
#include <utility>
#include <vector>

#include "cluster/json_text.hpp"
#include "support/text.hpp"
#include "support/time.hpp"

namespace k8s_node::rollout {

namespace {

using cluster::text_at;

constexpr std::array states{std::pair{State::running, "running"},
                            std::pair{State::stopped, "stopped"}, std::pair{State::done, "done"}};

std::optional<State> parse_state(const std::string& text) {
    for (const auto& [state, name] : states) {
        if (text == name) {
            return state;
        }
    }
    return std::nullopt;
}

} // namespace

std::string id_of_key(std::string_view key) {
    return std::string(key.substr(0, key.find('@')));
}

std::string to_text(State state) {
    for (const auto& [each, name] : states) {
        if (each == state) {
            return name;
        }
    }
    return {};
}

std::optional<Wish> read_wish(const Json& object) {
    const auto data = cluster::part_at(object, "data");
    const auto state = parse_state(text_at(data, "state"));
    Wish wish;
    wish.id = text_at(data, "id");
    wish.begun = text_at(data, "begun");
    wish.release = text_at(data, "release");
    wish.release_text = text_at(data, "release.yaml");
    wish.configuration = text_at(data, "configuration.yaml");
    // The name becomes that of a file on every node.
    if (!state || wish.id.empty() || wish.begun.empty() || !is_dns_subdomain(wish.release)) {
        return std::nullopt;
    }
    const auto at_once = parse_integer(text_at(data, "workers-at-once")).value_or(1);
    wish.workers_at_once = at_once < 1 || at_once > INT32_MAX ? 1 : static_cast<int>(at_once);
    wish.until = parse_utc(text_at(data, "until"));
    wish.state = *state;
    wish.reason = text_at(data, "reason");
    for (auto& name : words_of(text_at(data, "turns"))) {
        wish.turns.insert(std::move(name));
    }
    return wish;
}

Json with_wish(Json object, const Wish& wish) {
    object["apiVersion"] = "v1";
    object["kind"] = "ConfigMap";
    object["metadata"]["name"] = object_name;
    object["metadata"]["namespace"] = "kube-system";
    const std::vector<std::string> turns(wish.turns.begin(), wish.turns.end());
    object["data"] = {{"id", wish.id},
                      {"begun", wish.begun},
                      {"release", wish.release},
                      {"release.yaml", wish.release_text},
                      {"configuration.yaml", wish.configuration},
                      {"workers-at-once", std::to_string(wish.workers_at_once)},
                      {"until", wish.until ? utc_text(*wish.until) : ""},
                      {"state", to_text(wish.state)},
                      {"reason", wish.reason},
                      {"turns", join(turns, " ")}};
    return object;
}

} // namespace k8s_node::rollout
