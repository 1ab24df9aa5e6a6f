"""A figure that moves: Matplotlib draws the frames, a few lines of HTML and JavaScript play them, and nothing is fetched."""

import base64
import html
import io
import json
import uuid

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg

DPI, COLOURS = 80, 128  # of a frame; a drawing of lines needs no more colours
MILLISECONDS = 160  # between two frames

PAGE = """<div id="{id}" role="group" aria-label="Animation" style="max-width:{width}px">
<img alt="{alt}" width="{width}" src="data:image/png;base64,{last}" style="max-width:100%">
<div class="controls" style="display:flex;gap:.6em;align-items:center">
<button type="button">Play</button>
<input type="range" min="0" max="{end}" value="{end}" aria-label="frame of the animation" style="flex:1">
</div>
<style>@media print {{ #{id} .controls {{ display: none !important }} }}</style>
<script>
(function () {{
  const box = document.getElementById("{id}"), frames = {frames};
  const [image, button, slider] = ["img", "button", "input"].map(tag => box.querySelector(tag));
  let timer = null;
  const show = n => {{ slider.value = n; image.src = "data:image/png;base64," + frames[n]; }};
  const stop = () => {{ clearInterval(timer); timer = null; button.textContent = "Play"; }};
  slider.addEventListener("input", () => {{ stop(); show(+slider.value); }});
  button.addEventListener("click", () => {{
    if (timer) return stop();
    if (+slider.value === {end}) show(0);
    button.textContent = "Pause";
    timer = setInterval(() => +slider.value < {end} ? show(+slider.value + 1) : stop(), {milliseconds});
  }});
}})();
</script></div>"""


def player(fig, artists, draw, num_frames, alt):
    """Return an animation as HTML with a play button and a slider; it shows its last frame until it is played.

    Parameters
    ----------
    fig : Figure
    artists : list of Artist, those that move; everything else is drawn once
    draw : function(frame), changes the artists
    num_frames : int
    alt : str, the picture in words
    """
    from IPython.display import HTML

    fig.set_dpi(DPI)
    canvas = FigureCanvasAgg(fig)
    for artist in artists:
        artist.set_animated(True)
    canvas.draw()
    still = canvas.copy_from_bbox(fig.bbox)
    frames = []
    for frame in range(num_frames):
        draw(frame)
        canvas.restore_region(still)
        for artist in artists:
            artist.axes.draw_artist(artist)
        frames.append(_png(np.asarray(canvas.buffer_rgba())))
    width = round(fig.get_figwidth() * DPI)
    parts = {"id": f"player-{uuid.uuid4().hex[:8]}", "alt": html.escape(alt, quote=True), "width": width}
    parts |= {"frames": json.dumps(frames), "last": frames[-1], "end": num_frames - 1, "milliseconds": MILLISECONDS}
    return HTML(PAGE.format(**parts))


def _png(pixels):
    from PIL import Image  # comes with Matplotlib

    file = io.BytesIO()
    Image.fromarray(pixels).quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
