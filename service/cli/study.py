"""The yardsticks of the estimators on made-up countries: many repetitions, on this machine or a cluster."""

from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

import click
from joblib import Parallel, delayed, parallel_config

from network.made_up import World
from network.study import Coverage, Repetition, study
from service.cli.context import emit, json_option, progress_bar
from service.errors import InvalidInput


@click.command("study")
@click.option(
    "--repetitions", type=click.IntRange(2, 100_000), default=1000, show_default=True, help="A world."
)
@click.option("--seed", type=int, default=0, show_default=True)
@click.option(
    "--jobs", type=click.IntRange(1, 512), default=2, show_default=True, help="Processes on this machine."
)
@click.option("--dask", metavar="ADDRESS", help="An existing Dask cluster to run on instead.")
@json_option
def study_command(repetitions: int, seed: int, jobs: int, dask: str | None, as_json: bool) -> None:
    """Tell how often the intervals of impact hold the truth, in countries whose truth is known."""
    if dask is not None:
        _connect(dask)
    with progress_bar("minga") as tell:

        def run(
            job: Callable[[World, int], Repetition], asked: Iterable[tuple[World, int]]
        ) -> list[Repetition]:
            todo = list(asked)
            where: dict[str, Any] = {"backend": "dask"} if dask else {"backend": "loky", "n_jobs": jobs}
            done: list[Repetition] = []
            with parallel_config(**where, inner_max_num_threads=None if dask else 1):
                for one in Parallel(return_as="generator")(delayed(job)(*args) for args in todo):
                    done.append(one)
                    tell(one.world, len(done) / len(todo))
            return done

        found = study(run, repetitions=repetitions, seed=seed)
    document = {"repetitions": repetitions, "seed": seed, "worlds": [asdict(one) for one in found]}
    emit(document, as_json, lambda: "\n".join(_line(one) for one in found))


def _connect(address: str) -> None:
    try:
        from distributed import Client
    except ImportError as error:
        raise InvalidInput(
            "--dask needs the package distributed: install minga with its extra «dask»", code="dask"
        ) from error
    try:
        Client(address, timeout=10)
    except (OSError, ValueError, TimeoutError) as error:
        raise InvalidInput(f"no Dask cluster answers at {address}", code="dask") from error


def _line(one: Coverage) -> str:
    return (
        f"{one.world:24} truth {one.truth:+5.2f}  bias {one.bias:+5.2f} (± {one.bias_error:.2f})  "
        f"95 % intervals hold it {one.coverage:.1%} (± {one.coverage_error:.1%})  "
        f"width {one.mean_width:4.1f}  naive off by {one.naive_bias:+5.1f}"
    )
