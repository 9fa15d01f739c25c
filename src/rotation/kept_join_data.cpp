#include "rotation/kept_join_data.hpp"

#include <unistd.h>

#include "join/identity.hpp"
#include "join/joining.hpp"
#include "join/pin.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

void update_kept_join_data(const Root& root) {
    Diagnostics diagnostics;
    auto data = kept_join_data(root, diagnostics);
    diagnostics.throw_if_any();
    if (!data || data->authority.empty()) {
        return;
    }
    const auto before = data->text;
    data->authority = read_file(root.at(paths::cluster_authority));
    if (!data->pins.empty()) {
        data->pins.clear();
        for (const auto& each : parse_certificates(data->authority, paths::cluster_authority)) {
            data->pins.push_back({pin_of(each), {}});
        }
    }
    for (auto& [name, text] : data->keys) {
        text = read_file(root.at(fs::path(PkiSpec{}.directory) / name));
    }
    const auto after = write_join_data(*data);
    if (after != before) {
        write_file_atomically(root.at(paths::join_data), after, {0600, ::geteuid(), ::getegid()});
    }
}

} // namespace k8s_node
