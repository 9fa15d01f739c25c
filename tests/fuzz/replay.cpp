// Feeds files to a fuzz target, as an ordinary test without a fuzzer:
//
//     fuzz_TARGET FILE-OR-DIRECTORY...
#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <vector>

#include "property.hpp"
#include "support/files.hpp"

namespace fs = std::filesystem;

namespace {

std::vector<fs::path> files_of(const fs::path& path) {
    if (!fs::is_directory(path)) {
        return {path};
    }
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(path)) {
        if (entry.is_regular_file()) {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

} // namespace

int main(int argc, char** argv) {
    int count = 0;
    for (int i = 1; i < argc; ++i) {
        for (const auto& path : files_of(argv[i])) {
            std::fprintf(stderr, "%s\n", path.c_str());
            const auto input = k8s_node::read_file(path);
            LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()),
                                   input.size());
            ++count;
        }
    }
    std::fprintf(stderr, "%d inputs\n", count);
    return count > 0 ? 0 : 1;
}
