#include "model/cleanup.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "model/cleanup_json.hpp"

namespace k8s_node {

bool is_pattern(std::string_view name) {
    return name.find_first_of(pattern_signs) != std::string_view::npos;
}

void merge(Cleanup& to, const Cleanup& more) {
    for (const auto& kind : cleanup_kinds) {
        auto& have = to.*kind.member;
        for (const auto& name : more.*kind.member) {
            if (std::find(have.begin(), have.end(), name) == have.end()) {
                have.push_back(name);
            }
        }
    }
}

nlohmann::ordered_json json_of(const Cleanup& cleanup) {
    auto document = nlohmann::ordered_json::object();
    for (const auto& kind : cleanup_kinds) {
        if (!(cleanup.*kind.member).empty()) {
            document[std::string(kind.name)] = cleanup.*kind.member;
        }
    }
    return document;
}

Cleanup cleanup_of(const nlohmann::json& document) {
    Cleanup cleanup;
    for (const auto& kind : cleanup_kinds) {
        const auto found = document.find(kind.name);
        if (found != document.end()) {
            cleanup.*kind.member = found->get<std::vector<std::string>>();
        }
    }
    return cleanup;
}

std::string write_cleanup(const Cleanup& cleanup) {
    return json_of(cleanup).dump(2) + '\n';
}

} // namespace k8s_node
