#include "model/leavings.hpp"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "model/leavings_json.hpp"
#include "support/error.hpp"

namespace k8s_node {

void merge(Leavings& to, const Leavings& more) {
    for (const auto& kind : leaving_kinds) {
        auto& have = to.*kind.member;
        for (const auto& name : more.*kind.member) {
            if (std::find(have.begin(), have.end(), name) == have.end()) {
                have.push_back(name);
            }
        }
    }
}

nlohmann::ordered_json json_of(const Leavings& leavings) {
    auto document = nlohmann::ordered_json::object();
    for (const auto& kind : leaving_kinds) {
        if (!(leavings.*kind.member).empty()) {
            document[std::string(kind.name)] = leavings.*kind.member;
        }
    }
    return document;
}

Leavings leavings_of(const nlohmann::json& document) {
    Leavings leavings;
    for (const auto& kind : leaving_kinds) {
        const auto found = document.find(kind.name);
        if (found != document.end()) {
            leavings.*kind.member = found->get<std::vector<std::string>>();
        }
    }
    return leavings;
}

std::string write_leavings(const Leavings& leavings) {
    return json_of(leavings).dump(2) + '\n';
}

Leavings parse_leavings(std::string_view text, std::string_view path) {
    try {
        return leavings_of(nlohmann::json::parse(text));
    } catch (const nlohmann::json::exception&) {
        throw Error(std::string(path) + " is not a list of leavings");
    }
}

} // namespace k8s_node
