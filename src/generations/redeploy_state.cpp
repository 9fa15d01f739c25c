#include "generations/redeploy_state.hpp"

#include <nlohmann/json.hpp>

#include "generations/ledger.hpp"
#include "generations/release_mark.hpp"
#include "model/manifest.hpp"
#include "model/node_spec.hpp"
#include "support/error.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

fs::path redeploy_state_file(const Root& root) {
    return root.at(paths::state) / "redeploy.json";
}

fs::path intended_release(const Root& root) {
    return root.at(paths::state) / "redeploy-release.yaml";
}

std::optional<RedeployState> read_redeploy_state(const Root& root) {
    const auto path = redeploy_state_file(root);
    const auto text = read_file_if_exists(path);
    if (!text) {
        return std::nullopt;
    }
    try {
        const auto document = nlohmann::json::parse(*text);
        return RedeployState{document.at("profile").get<std::string>(),
                             document.at("release").get<std::string>(),
                             document.value("of_bundle", false)};
    } catch (const nlohmann::json::exception&) {
        throw Error(path.string() + " is damaged: a redeploy did not write it like this")
            .try_this("remove it, and name profile and release in node.yaml");
    }
}

void remember_redeploy(const Root& root) {
    const auto manifest_path = root.at(paths::current) / "manifest.json";
    const auto text = read_file_if_exists(manifest_path);
    if (!text) {
        return;
    }
    const auto manifest = parse_manifest(*text, manifest_path.string());
    make_directories(root.at(paths::state), 0700);
    write_file_atomically(intended_release(root),
                          read_file(root.at(paths::current) / "release.yaml"), {});
    const nlohmann::ordered_json document = {
        {"profile", manifest.profile},
        {"release", manifest.release},
        {"of_bundle", path_exists(root.at(paths::current) / release_of_bundle)}};
    write_file_atomically(redeploy_state_file(root), document.dump(2) + '\n', {});
}

void forget_redeploy(const Root& root) {
    fs::remove(redeploy_state_file(root));
    fs::remove(intended_release(root));
}

} // namespace k8s_node
