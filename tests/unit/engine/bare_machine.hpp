// A machine that is a directory: no systemd, no network.
#pragma once

#include "generations/generation_resource.hpp"
#include "unit/support/temporary_directory.hpp"

namespace k8s_node::test {

class BareMachine {
public:
    [[nodiscard]] const Root& root() const { return system.root; }
    [[nodiscard]] std::string path(const std::string& absolute) const {
        return root().at(absolute).string();
    }

private:
    TemporaryDirectory directory_;
    NoEvents events_;
    FetchObserver fetches_;
    EventLoop loop_;

public:
    System system{Root(directory_.path()),
                  Store(directory_.path() / "store"),
                  Pki(PkiSpec{}, Root(directory_.path())),
                  nullptr,
                  loop_,
                  events_,
                  fetches_,
                  {},
                  ForeignFiles::refuse,
                  {.program_version = "1", .invoking_user = "anna", .verb = "install"}};
};

/// A generation with one unit and these files beside it.
inline Generation generation_with(std::map<std::string, std::string> files) {
    Generation generation;
    generation.manifest.profile = "single";
    generation.manifest.release = "1.36.5";
    generation.manifest.units = {{.name = "x.service", .component = "x"}};
    for (const auto& [path, content] : files) {
        if (path.starts_with("host/")) {
            generation.manifest.host_files.push_back(path.substr(4));
        }
    }
    generation.files = std::move(files);
    generation.files["units/x.service"] = "[Service]\nExecStart=/bin/true\n";
    generation.files["manifest.json"] = write_manifest(generation.manifest);
    return generation;
}

} // namespace k8s_node::test
