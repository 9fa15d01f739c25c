#include "configuration/data_files.hpp"

#include <algorithm>

#include "model/node_spec.hpp"
#include "yaml/yaml.hpp"

namespace k8s_node {

namespace fs = std::filesystem;

namespace {

constexpr const char* no_such_file = "there is no such file";

void report_file(const fs::path& path, const std::string& problem, Diagnostics& diagnostics) {
    diagnostics.add(
        {std::make_shared<const SourceText>(SourceText{"file", path.string(), {}}), 0, 0}, problem);
    diagnostics.cut_short();
}

} // namespace

std::string trouble_with_file(const fs::path& path) {
    std::error_code error;
    switch (fs::status(path, error).type()) {
    case fs::file_type::regular:
        return {};
    case fs::file_type::none:
        return error.message();
    case fs::file_type::not_found:
        return attributes_of(path) ? "the link is dangling" : no_such_file;
    default:
        return "this is not a file";
    }
}

bool is_readable_file(const fs::path& path, Diagnostics& diagnostics) {
    const auto trouble = trouble_with_file(path);
    if (!trouble.empty()) {
        report_file(path, trouble, diagnostics);
    }
    return trouble.empty();
}

std::string lack_of_file(const std::string& what, const fs::path& path) {
    const auto trouble = trouble_with_file(path);
    const auto named = what + " '" + path.string() + "'";
    return trouble == no_such_file ? "there is no " + named
                                   : "the " + named + " cannot be used: " + trouble;
}

std::vector<fs::path> yaml_files(const fs::path& directory, Diagnostics& diagnostics) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(directory, error)) {
        const auto& path = entry.path();
        if (path.extension() == ".yml") {
            report_file(path, "its name must end with .yaml", diagnostics);
        } else if (path.extension() == ".yaml" && is_readable_file(path, diagnostics)) {
            files.push_back(path);
        }
    }
    if (error && error != std::errc::no_such_file_or_directory) {
        report_file(directory, error.message(), diagnostics);
    }
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<DataFile> data_files(const NodeOptions& options, const std::string& kind,
                                 Diagnostics& diagnostics) {
    std::vector<DataFile> files;
    // Shipped profiles are in the top directory, as in the source tree.
    const fs::path shipped(options.data_directory);
    std::error_code error;
    if (!fs::is_directory(shipped, error)) {
        report_file(shipped,
                    error && error != std::errc::no_such_file_or_directory
                        ? error.message()
                        : "there is no such directory of components and profiles",
                    diagnostics);
        diagnostics.throw_if_any();
    }
    for (const auto& path :
         yaml_files(kind == "profiles" ? shipped : shipped / kind, diagnostics)) {
        files.push_back({path, false});
    }
    for (const auto& path : yaml_files(options.root.at(paths::configuration) / kind, diagnostics)) {
        files.push_back({path, true});
    }
    return files;
}

Tree parse_data(const DataFile& file, const std::string& layer, const TrustPolicy& policy,
                Diagnostics& diagnostics) {
    const auto name = file.site ? "site " + layer : layer;
    if (!file.site || !policy.requires_signatures()) {
        return parse_yaml_file(file.path.string(), name, diagnostics);
    }
    // The bytes that are verified are the bytes that are parsed.
    auto content = policy.read(file.path);
    return parse_yaml(std::make_shared<const SourceText>(
                          SourceText{name, file.path.string(), std::move(content.text)}),
                      diagnostics);
}

} // namespace k8s_node
