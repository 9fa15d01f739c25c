#include "rollout/turn.hpp"

#include <filesystem>
#include <unistd.h>

#include "cluster/json_text.hpp"
#include "support/error.hpp"
#include "support/text.hpp"

namespace k8s_node::rollout {

namespace {

namespace fs = std::filesystem;
using cluster::text_at;

constexpr mode_t readable = 0644;

void write(const Root& root, const std::string& path, const std::string& text) {
    make_directories(root.at(path).parent_path());
    write_file_atomically(root.at(path), text, {readable, ::geteuid(), ::getegid()});
}

void remove_file(const Root& root, const std::string& path) {
    if (fs::remove(root.at(path))) {
        sync_directory(root.at(path).parent_path());
    }
}

std::string release_file(const std::string& release) {
    return "/etc/k8s-node/releases/" + release + ".yaml";
}

/// A file as it was: null stands for none.
Json content_of(const Root& root, const std::string& path) {
    const auto text = read_file_if_exists(root.at(path));
    return text ? Json(*text) : Json();
}

} // namespace

void write_turn(const Root& root, const Turn& turn) {
    const Json json = {{"key", turn.key},
                       {"release", turn.release},
                       {"release.yaml", turn.release_text},
                       {"configuration.yaml", turn.configuration}};
    write(root, paths::turn, json.dump());
}

std::optional<Turn> read_turn(const Root& root) {
    const auto text = read_file_if_exists(root.at(paths::turn));
    if (!text) {
        return std::nullopt;
    }
    const auto json = Json::parse(*text, nullptr, /*allow_exceptions=*/false);
    Turn turn{text_at(json, "key"), text_at(json, "release"), text_at(json, "release.yaml"),
              text_at(json, "configuration.yaml")};
    if (turn.key.empty() || !is_dns_subdomain(turn.release)) {
        throw Error(std::string(paths::turn) + " is not the turn of a rollout")
            .try_this("remove it; the turn then begins again");
    }
    return turn;
}

Report read_result(const Root& root) {
    const auto text = read_file_if_exists(root.at(paths::result));
    return parse_report(trim(text.value_or(""))).value_or(Report{});
}

void place_configuration(const Root& root, const Turn& turn) {
    const auto release = release_file(turn.release);
    if (!path_exists(root.at(paths::former))) {
        const Json former = {{release, content_of(root, release)},
                             {paths::drop_in, content_of(root, paths::drop_in)},
                             {paths::layer, content_of(root, paths::layer)}};
        write(root, paths::former, former.dump());
    }
    write(root, release, turn.release_text);
    write(root, paths::drop_in,
          "# By k8s-node-install cluster rollout; it wins over the release in node.yaml.\n"
          "release: \"" +
              turn.release + "\"\n");
    if (!turn.configuration.empty()) {
        write(root, paths::layer, turn.configuration);
    }
}

void restore_configuration(const Root& root) {
    const auto text = read_file_if_exists(root.at(paths::former));
    const auto former = Json::parse(text.value_or("{}"), nullptr, /*allow_exceptions=*/false);
    for (const auto& [path, content] : former.items()) {
        if (content.is_string()) {
            write(root, path, content.get<std::string>());
        } else {
            remove_file(root, path);
        }
    }
}

void end_turn(const Root& root, const Report& result) {
    write(root, paths::result, to_text(result) + "\n");
    remove_file(root, paths::former);
    remove_file(root, paths::turn); // last: while it is there, this is repeated
}

} // namespace k8s_node::rollout
