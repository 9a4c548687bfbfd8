"""The repeated block compiles in one piece, and steps back where something must hook into it.

Compiled for real would take ten seconds and a C compiler; what can break is the tracing, and that
is done here. The traced graph then runs as it is.
"""

from typing import Any

import pytest

from tests.engines.test_attention import seen
from tests.engines.tinies import Tinies
from video_service.engines.hush import hushed

with hushed():
    torch = pytest.importorskip("torch", reason="pip install 'qunying[video]'")
    from diffusers import CogVideoXTransformer3DModel

    from video_service.engines.caches import sped_up
    from video_service.engines.compiling import compile_blocks, is_compiled
    from video_service.engines.families.cogvideox import CogVideoX
    from video_service.engines.place import move
    from video_service.quantize import quantize

BLOCKS = CogVideoX.blocks
CPU = torch.device("cpu")


@pytest.fixture
def network(tinies: Tinies) -> Any:
    """A transformer like the tiny 5B's, of six blocks, as an engine on a card has it."""
    told = CogVideoXTransformer3DModel.load_config(tinies("t2v5b") / "transformer")
    torch.manual_seed(0)
    made = CogVideoXTransformer3DModel.from_config({**told, "num_layers": 6}).eval()
    CogVideoX().prepare(made, fuse=True)
    return made


@pytest.fixture
def graphs() -> list[Any]:
    """What was compiled; as a compiler it changes nothing."""
    torch._dynamo.reset()
    return []


def keep(graphs: list[Any]) -> Any:
    def compiler(graph: Any, _: Any) -> Any:
        graphs.append(graph)
        return graph.forward

    return compiler


def test_a_film_of_another_size_is_never_one_graph_too_many(
    network: Any, graphs: list[Any]
) -> None:
    compile_blocks(network, BLOCKS, backend=keep(graphs), dynamic=False)
    for frames in range(1, 6):
        seen(network, frames)
    assert len(graphs) == 10


@pytest.mark.parametrize("int8", [False, True])
def test_the_blocks_are_traced_whole_and_not_one_by_one(
    network: Any, graphs: list[Any], int8: bool
) -> None:
    if int8:
        with hushed():
            quantize(network, "int8")
    plain = seen(network)
    compile_blocks(network, BLOCKS, backend=keep(graphs))
    assert torch.equal(seen(network), plain)
    assert len(graphs) == 2  # the first block is given views of one tensor, the others are not


def test_fast_compiles_what_it_keeps_and_what_it_takes_once_each_and_never_again(
    network: Any, graphs: list[Any]
) -> None:
    compile_blocks(network, BLOCKS, backend=keep(graphs))
    plain = seen(network)
    counts = []
    for _ in range(4):
        with sped_up(network, "fast"):
            first, second = seen(network), seen(network)
        assert torch.equal(first, plain)
        assert torch.equal(second, plain)  # it is given the same again
        assert torch.equal(seen(network), plain)
        counts.append(len(graphs))
    assert counts == [6] * 4


def test_small_weights_leave_the_card_and_come_back_to_the_graphs_that_know_them(
    network: Any, graphs: list[Any]
) -> None:
    with hushed():
        quantize(network, "int8")
    compile_blocks(network, BLOCKS, backend=keep(graphs))
    plain = seen(network)
    with pytest.raises(RuntimeError, match="Couldn't swap"):
        network.to(CPU)  # torch's own way
    for _ in range(2):
        move(network, CPU)
        assert torch.equal(seen(network), plain)
    assert len(graphs) == 2


@pytest.mark.parametrize("late", [False, True])
def test_where_nothing_can_be_compiled_the_network_computes_as_it_is(
    network: Any, graphs: list[Any], late: bool, caplog: pytest.LogCaptureFixture
) -> None:
    def no_compiler(graph: Any, _: Any) -> Any:
        if late and not graphs:  # the first graph was in a cache on disk, say
            graphs.append(graph)
            return graph.forward
        raise RuntimeError("Failed to find C compiler. Please specify via CC environment variable.")

    plain = seen(network)
    compile_blocks(network, BLOCKS, backend=no_compiler)
    assert is_compiled(network)
    assert torch.equal(seen(network), plain)
    assert not is_compiled(network)
    assert torch.equal(seen(network), plain)
    (said,) = (one.getMessage() for one in caplog.records if one.name.startswith("video_service"))
    assert "Failed to find C compiler" in said


def test_what_a_compiled_block_raises_itself_is_not_taken_for_a_missing_compiler(
    network: Any, graphs: list[Any]
) -> None:
    def tight(graph: Any, _: Any) -> Any:
        def run(*_: Any) -> Any:
            raise torch.OutOfMemoryError("CUDA out of memory")

        return run

    compile_blocks(network, BLOCKS, backend=tight)
    with pytest.raises(torch.OutOfMemoryError):
        seen(network)
    assert is_compiled(network)


def test_every_family_names_blocks_that_its_network_has(tinies: Tinies) -> None:
    from diffusers import AutoModel

    from video_service.engines.families import open_family
    from video_service.engines.folder import read_folder

    for kind in ("t2v", "wan_t2v", "i2vgenxl", "flux", "qwen_image"):
        folder = read_folder(tinies(kind))
        family = open_family(folder.spec.family)
        made = AutoModel.from_pretrained(str(folder.path / family.network))
        assert set(family.blocks) <= {type(module).__name__ for module in made.modules()}, kind
